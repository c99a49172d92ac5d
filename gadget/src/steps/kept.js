/**
 * The private link that an account kept among its preferences: open it again, or forget it.
 */
import { el, p } from '../dom.js';
import { button, linkButton, notice, saidHere } from '../controls.js';
import { showRef } from '../payload.js';
import { msg } from '../messages.js';

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
	const open = link ? linkButton( msg( 'kept-open' ), 'open-kept', link ) : el( 'span' );
	const forget = button( msg( 'kept-forget' ), 'forget-kept', () => {
		forget.disabled = true;
		session.keep( false ).then( ( done ) => {
			said.textContent = msg( done ? 'kept-forgotten' : 'keep-failed' );
			forget.disabled = done;
			if ( done ) {
				open.remove();
			}
		} );
	} );
	const box = notice( 'notice', p( msg( 'kept', showRef( kept.ref ) ) ), el( 'div', { class: 'ps-row' }, open, forget ), said );
	box.id = 'ps-kept';
	return box;
}
