/**
 * It has arrived: the reference, the three words, the private link, what happens next.
 */
import { el, p, present } from '../dom.js';
import { button, checkbox, notice, saidHere, textLine } from '../controls.js';
import { showRef } from '../payload.js';
import { msg } from '../messages.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'sent';

/** @return {string} */
export const title = () => msg( 'sent-title' );

/**
 * @param {string} link
 * @return {HTMLElement}
 */
function copyButton( link ) {
	const said = saidHere( 'ps-copied' );
	const copy = button( msg( 'copy' ), 'copy', () => {
		const line = /** @type {HTMLInputElement} */ ( document.getElementById( 'ps-status-link' ) );
		line.select();
		const done = navigator.clipboard ? navigator.clipboard.writeText( link ) : Promise.reject();
		done.then( () => msg( 'copied' ), () => msg( 'copy-by-hand' ) ).then( ( words ) => {
			said.textContent = words;
		} );
	} );
	return el( 'div', { class: 'ps-row' }, copy, said );
}

/**
 * @param {Session} session
 * @return {HTMLElement}
 */
function keepBox( session ) {
	const said = saidHere( 'ps-keep-said' );
	const box = checkbox( {
		id: 'ps-keep',
		value: 'keep',
		label: msg( 'keep' ),
		description: msg( 'keep-about' ),
		checked: false,
		change( checked ) {
			const input = /** @type {HTMLInputElement} */ ( document.getElementById( 'ps-keep' ) );
			input.disabled = true;
			session.keep( checked ).then( ( done ) => {
				input.disabled = false;
				input.checked = done ? checked : !checked;
				said.textContent = msg( !done ? 'keep-failed' : checked ? 'keep-done' : 'kept-forgotten' );
				input.focus();
			} );
		}
	} );
	return el( 'div', {}, box, said );
}

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const { published, identity, draft, account } = /** @type {any} */ ( session );
	const link = session.statusLink();
	return present(
		notice( 'success', p( msg( 'sent' ) ) ),
		p( msg( 'sent-ref' ), ' ', el( 'strong', { id: 'ps-ref', dir: 'ltr' }, showRef( identity.ref ) ) ),
		p( msg( 'sent-words' ), ' ', el( 'strong', { id: 'ps-words', lang: 'en', dir: 'ltr' }, identity.words.join( ' ' ) ) ),
		p( msg( 'sent-words-about' ) ),
		link && el( 'h3', {}, msg( 'sent-link-title' ) ),
		link && textLine( {
			id: 'ps-status-link', label: msg( 'sent-link' ), description: msg( 'sent-link-about' ), value: link, readonly: true
		} ),
		link && copyButton( link ),
		// A temporary account has no preferences of its own.
		link && !account.temporary && keepBox( session ),
		el( 'h3', {}, msg( 'next-title' ) ),
		el( 'p', { id: 'ps-next' }, msg( 'next' ), ' ', msg( 'wait-' + published.usualWait ) ),
		p( draft.notify && account.emailable ? msg( 'next-notify' ) : link ? msg( 'next-link' ) : msg( 'next-nothing' ) )
	);
}
