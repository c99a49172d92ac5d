/**
 * The private link that an account kept among its preferences: open it again, or forget it.
 */
import { el, p } from '../dom.js';
import { button, linkButton, notice, saidHere } from '../controls.js';
import { showRef } from '../payload.js';
import { keep } from '../keep.js';
import { msg } from '../messages.js';

/**
 * @param {'done'|'other-account'|'failed'} done what the wiki made of it
 * @param {boolean} wanted to keep the link, or to forget it
 * @return {string}
 */
export function keptWords( done, wanted ) {
	if ( done === 'other-account' ) {
		return msg( 'peer-support-keep-other-account' );
	}
	return msg( done === 'failed' ? 'peer-support-keep-failed' : wanted ? 'peer-support-keep-done' : 'peer-support-kept-forgotten' );
}

/**
 * @param {import('../session.js').Session} session
 * @return {HTMLElement|null}
 */
export function keptLink( session ) {
	const kept = session.kept;
	if ( !kept ) {
		return null;
	}
	const link = session.linkOf( kept.token );
	const said = saidHere( 'ps-kept-said' );
	const open = link ? linkButton( msg( 'peer-support-kept-open' ), 'open-kept', link ) : el( 'span' );
	const forget = button( msg( 'peer-support-kept-forget' ), 'forget-kept', () => {
		forget.disabled = true;
		keep( session, false ).then( ( done ) => {
			said.textContent = keptWords( done, false );
			forget.disabled = done === 'done';
			if ( done === 'done' ) {
				open.remove();
			}
		} );
	} );
	const box = notice( 'notice', p( msg( 'peer-support-kept', showRef( kept.ref ) ) ), el( 'div', { class: 'ps-row' }, open, forget ), said );
	box.id = 'ps-kept';
	return box;
}
