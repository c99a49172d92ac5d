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
export const title = () => msg( 'fork-title' );

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
	const box = notice( 'notice', p( msg( 'mail-' + account.mail ) ),
		account.mail === 'temporary' ? null : p( outLink( msg( 'mail-preferences' ), mw.util.getUrl( 'Special:Preferences' ) + '#mw-prefsection-personal-email' ) ) );
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
	const { published, draft, chain, account } = /** @type {any} */ ( session );
	const privately = askAddress( published );
	const names = draft.languages.map( ( /** @type {string} */ code ) => languageName( code, chain ) );
	const ways = draft.channels.map( ( /** @type {string} */ channel ) => channelName( channel, published, chain ) );
	const earlier = account.earlier && dateInWords( account.earlier, chain );
	const heard = earlier ? notice( 'notice', p( msg( 'earlier', earlier ) ) ) : null;
	if ( heard ) {
		heard.id = 'ps-earlier';
	}
	return present(
		heard,
		mailNotice( account ),
		privately ? el( 'section', { class: 'ps-choice', 'data-choice': 'privately' },
			el( 'h3', {}, msg( 'privately-title' ) ),
			p( msg( 'privately' ) ),
			account.emailable ? linkButton( msg( 'ask-privately-link' ), 'ask-privately', privately ) :
				el( 'p', { id: 'ps-privately-closed' }, msg( 'privately-no-mail' ) )
		) : null,
		privately ? el( 'h3', {}, msg( 'on-wiki-title' ) ) : null,
		el( 'p', { id: 'ps-public' }, msg( 'on-wiki', isolated( account.name ) ), ' ', msg( 'separate-account' ) ),
		el( 'section', { class: 'ps-choice', 'data-choice': 'just-ask' },
			button( msg( 'just-ask' ), 'just-ask', () => dialog.choose( true ), PRIMARY ),
			el( 'p', { class: 'ps-small' }, names.length && ways.length ? msg( 'just-ask-about', listed( names ), listed( ways ) ) : msg( 'just-ask-almost' ) )
		),
		el( 'section', { class: 'ps-choice', 'data-choice': 'say-more' },
			button( msg( 'say-more' ), 'say-more', () => dialog.choose( false ) ),
			el( 'p', { class: 'ps-small' }, msg( 'say-more-about' ) )
		)
	);
}
