/**
 * Closing the form: what somebody has written is asked about once, and then nothing of it stays in the page, nor in
 * what a browser keeps of the page to go back to (docs/decisions/0081).
 */
import { drawIdentity, emptyDraft } from './payload.js';
import { el } from './dom.js';
import { button, notice, PRIMARY } from './controls.js';
import { msg } from './messages.js';

/** @typedef {import('./dialog.js').Dialog} Dialog */

/**
 * @param {Dialog} dialog
 * @return {boolean} whether it is asked now if what was typed may go; a second time closes
 */
export function asks( dialog ) {
	const { session } = dialog;
	if ( dialog.asking || dialog.erased || session.over || !session.typed() ) {
		return false;
	}
	dialog.draw( el( 'div', {},
		notice( 'warning', el( 'p', { id: 'ps-said-words' }, msg( 'peer-support-close-typed' ) ) ),
		button( msg( 'peer-support-close-keep' ), 'keep-writing', () => dialog.draw(), PRIMARY ),
		' ',
		button( msg( 'peer-support-close-erase' ), 'close-erase', () => shut( dialog ) )
	) );
	dialog.asking = true;
	return true;
}

/**
 * Forget all that was chosen, typed and drawn by chance, and show none of it.
 *
 * @param {Dialog} dialog
 */
export function erase( dialog ) {
	const { session } = dialog;
	dialog.erased = true;
	session.draft = emptyDraft();
	session.identity = drawIdentity( session.outside.random );
	session.halfName = session.halfLanguage = session.halfAnswer = '';
	session.asked = [];
	session.captcha = session.kept = null;
	session.sender.envelope = null;
	dialog.title.textContent = dialog.place.textContent = dialog.progress.textContent = '';
	[ dialog.said, dialog.content, dialog.footer ].forEach( ( part ) => part.replaceChildren() );
}

/**
 * @param {Dialog} dialog
 */
export function shut( dialog ) {
	erase( dialog );
	if ( dialog.element.close ) {
		dialog.element.close();
	} else {
		dialog.element.removeAttribute( 'open' );
	}
}

/**
 * @param {Dialog} dialog
 */
export function close( dialog ) {
	if ( !asks( dialog ) ) {
		shut( dialog );
	}
}
