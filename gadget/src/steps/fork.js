/**
 * Privately or on the wiki; and there, just ask, or say more first.
 */
import { el, outLink, p, present } from '../dom.js';
import { button, linkButton, notice, PRIMARY } from '../controls.js';
import { languageName } from '../language-names.js';
import { channelName } from '../channel-words.js';
import { dateInWords } from '../dates.js';
import { isolated, listed, msg } from '../messages.js';
import { askAddress } from './turns.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'fork';

/** @return {string} */
export const title = () => msg( 'peer-support-fork-title' );

/**
 * What an account without mail has to know before anything is typed, and the mend.
 *
 * @param {import('../types.js').Account} account
 * @return {HTMLElement|null}
 */
function mailNotice( account ) {
	if ( account.mail === 'ok' ) {
		return null;
	}
	// The following messages are used here:
	// * peer-support-mail-none
	// * peer-support-mail-unconfirmed
	// * peer-support-mail-refused
	// * peer-support-mail-temporary
	const box = notice( 'notice', p( msg( 'peer-support-mail-' + account.mail ) ),
		account.mail === 'temporary' ? null : p( outLink( msg( 'peer-support-mail-preferences' ), mw.util.getUrl( 'Special:Preferences' ) + '#mw-prefsection-personal-email' ) ) );
	box.id = 'ps-mail';
	box.setAttribute( 'data-mail', account.mail );
	return box;
}

/**
 * @param {Session} session
 * @param {import('../dialog.js').Dialog} dialog
 * @return {Node[]}
 */
export function build( session, dialog ) {
	const { published, draft, chain, account } = /** @type {import('../types.js').Ready} */ ( session );
	const privately = askAddress( published );
	const names = draft.languages.map( ( code ) => languageName( code, chain ) );
	const ways = draft.channels.map( ( channel ) => isolated( channelName( channel, published, chain ).text ) );
	const earlier = account.earlier && dateInWords( account.earlier, chain );
	const heard = earlier ? notice( 'notice', p( msg( 'peer-support-earlier', earlier ) ) ) : null;
	if ( heard ) {
		heard.id = 'ps-earlier';
	}
	return present(
		heard,
		mailNotice( account ),
		privately ? el( 'section', { class: 'ps-choice', 'data-choice': 'privately' },
			el( 'h3', {}, msg( 'peer-support-privately-title' ) ),
			p( msg( 'peer-support-privately' ) ),
			account.emailable ? linkButton( msg( 'peer-support-ask-privately-link' ), 'ask-privately', privately ) :
				el( 'p', { id: 'ps-privately-closed' }, msg( 'peer-support-privately-no-mail' ) )
		) : null,
		privately ? el( 'h3', {}, msg( 'peer-support-on-wiki-title' ) ) : null,
		el( 'p', { id: 'ps-public' }, msg( 'peer-support-on-wiki', isolated( account.name ) ), ' ', msg( 'peer-support-separate-account' ) ),
		el( 'section', { class: 'ps-choice', 'data-choice': 'just-ask' },
			button( msg( 'peer-support-just-ask' ), 'just-ask', () => dialog.choose( true ), PRIMARY ),
			el( 'p', { class: 'ps-small' }, names.length && ways.length ? msg( 'peer-support-just-ask-about', listed( names ), listed( ways ) ) : msg( 'peer-support-just-ask-almost' ) )
		),
		el( 'section', { class: 'ps-choice', 'data-choice': 'say-more' },
			button( msg( 'peer-support-say-more' ), 'say-more', () => dialog.choose( false ) ),
			el( 'p', { class: 'ps-small' }, msg( 'peer-support-say-more-about' ) )
		)
	);
}
