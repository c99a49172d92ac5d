/**
 * It has arrived: the reference, the three words, the private link, what happens next.
 */
import { el, p } from '../dom.js';
import { button, notice, textLine } from '../controls.js';
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
	const said = el( 'span', { role: 'status', class: 'ps-small' } );
	const copy = button( msg( 'copy' ), 'copy', () => {
		const line = /** @type {HTMLInputElement} */ ( document.getElementById( 'ps-status-link' ) );
		line.select();
		const done = navigator.clipboard ? navigator.clipboard.writeText( link ) : Promise.reject();
		done.then( () => msg( 'copied' ), () => msg( 'copy-by-hand' ) ).then( ( words ) => {
			said.textContent = words;
		} );
	} );
	return el( 'div', { class: 'ps-copy' }, copy, said );
}

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const { published, identity, draft, account } = /** @type {any} */ ( session );
	const link = published.desk ? published.desk + '/status/' + identity.token : '';
	return [
		notice( 'success', p( msg( 'sent' ) ) ),
		p( msg( 'sent-ref' ), ' ', el( 'strong', { id: 'ps-ref', dir: 'ltr' }, showRef( identity.ref ) ) ),
		p( msg( 'sent-words' ), ' ', el( 'strong', { id: 'ps-words', lang: 'en', dir: 'ltr' }, identity.words.join( ' ' ) ) ),
		p( msg( 'sent-words-about' ) ),
		link ? el( 'h3', {}, msg( 'sent-link-title' ) ) : null,
		link ? textLine( {
			id: 'ps-status-link', label: msg( 'sent-link' ), description: msg( 'sent-link-about' ), value: link, readonly: true
		} ) : null,
		link ? copyButton( link ) : null,
		el( 'h3', {}, msg( 'next-title' ) ),
		p( msg( 'next' ), ' ', msg( 'wait-' + published.usualWait ) ),
		p( draft.notify && account.emailable ? msg( 'next-notify' ) : link ? msg( 'next-link' ) : msg( 'next-nothing' ) )
	].filter( ( node ) => node !== null );
}
