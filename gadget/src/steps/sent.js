/**
 * It has arrived: the reference, the three words, the private link, what happens next.
 */
import { el, p, present } from '../dom.js';
import { button, checkbox, notice, saidHere, textLine } from '../controls.js';
import { showRef } from '../payload.js';
import { keep } from '../keep.js';
import { msg } from '../messages.js';
import { keptWords } from './kept.js';
import { waitWords } from './turns.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'sent';

/** @return {string} */
export const title = () => msg( 'peer-support-sent-title' );

/**
 * @param {string} link
 * @return {HTMLElement}
 */
function copyButton( link ) {
	const said = saidHere( 'ps-copied' );
	const copy = button( msg( 'peer-support-copy' ), 'copy', () => {
		const line = /** @type {HTMLInputElement} */ ( document.getElementById( 'ps-status-link' ) );
		line.select();
		const done = navigator.clipboard ? navigator.clipboard.writeText( link ) : Promise.reject();
		done.then( () => msg( 'peer-support-copied' ), () => msg( 'peer-support-copy-by-hand' ) ).then( ( words ) => {
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
		label: { text: msg( 'peer-support-keep' ), lang: '' },
		description: { text: msg( 'peer-support-keep-about' ), lang: '' },
		checked: false,
		change( checked ) {
			const input = /** @type {HTMLInputElement} */ ( document.getElementById( 'ps-keep' ) );
			input.disabled = true;
			keep( session, checked ).then( ( done ) => {
				input.disabled = false;
				input.checked = done === 'done' ? checked : !checked;
				said.textContent = keptWords( done, checked );
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
	const { published, identity, draft, account } = /** @type {import('../types.js').Ready} */ ( session );
	const link = session.statusLink();
	return present(
		notice( 'success', p( msg( 'peer-support-sent' ) ) ),
		p( msg( 'peer-support-sent-ref' ), ' ', el( 'strong', { id: 'ps-ref', dir: 'ltr' }, showRef( identity.ref ) ) ),
		p( msg( 'peer-support-sent-words' ), ' ', el( 'strong', { id: 'ps-words', lang: 'en', dir: 'ltr' }, identity.words.join( ' ' ) ) ),
		p( msg( 'peer-support-sent-words-about' ) ),
		link && el( 'h3', {}, msg( 'peer-support-sent-link-title' ) ),
		link && textLine( {
			id: 'ps-status-link', label: msg( 'peer-support-sent-link' ), description: msg( 'peer-support-sent-link-about' ), value: link, readonly: true
		} ),
		link && copyButton( link ),
		// A temporary account has no preferences of its own, and mw.Api writes none from a page that was loaded logged out.
		link && !account.temporary && mw.config.get( 'wgUserName' ) !== null && keepBox( session ),
		el( 'h3', {}, msg( 'peer-support-next-title' ) ),
		el( 'p', { id: 'ps-next' }, msg( 'peer-support-next' ), ' ', waitWords( published ) ),
		p( draft.notify && account.emailable ? msg( 'peer-support-next-notify' ) : link ? msg( 'peer-support-next-link' ) : msg( 'peer-support-next-nothing' ) )
	);
}
