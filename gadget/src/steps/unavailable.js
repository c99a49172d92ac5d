/**
 * No request can be taken: why, in plain words, what to do about it, and where else to turn.
 */
import { el, outLink, p, present } from '../dom.js';
import { saidHere } from '../controls.js';
import { msg } from '../messages.js';
import { keptLink } from './kept.js';
import { privateWay, sorted, turnList } from './turns.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'unavailable';

/** @return {string} */
export const title = () => msg( 'unavailable-title' );

/** What is the network's own affair is told in one way. */
const OUR_FAULT = [ 'missing', 'author', 'unreadable', 'protocol', 'wiki', 'no-key', 'config', 'no-intake' ];

/** Where the desk would not take a request either, or need not. */
const NOT_PRIVATELY = [ 'paused', 'blocked', 'sent-elsewhere' ];

/**
 * @param {Session} session
 * @return {HTMLElement|null} what to press to mend it
 */
function mend( session ) {
	const { why, account } = session;
	if ( why === 'logged-out' ) {
		return p(
			outLink( msg( 'log-in' ), mw.util.getUrl( 'Special:UserLogin' ) ), ' · ',
			outLink( msg( 'create-account' ), mw.util.getUrl( 'Special:CreateAccount' ) )
		);
	}
	if ( why === 'no-way' && account ) {
		return el( 'div', {}, p( msg( 'mail-' + account.mail + '-mend' ) ), account.temporary ? null :
			p( outLink( msg( 'mail-preferences' ), mw.util.getUrl( 'Special:Preferences' ) + '#mw-prefsection-personal-email' ) ) );
	}
	return null;
}

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const { published, config, chain, why } = session;
	const page = published && published.helpPage || config && config.landing;
	const { emergency, report, health } = sorted( published );
	return present(
		el( 'p', { id: 'ps-why' }, msg( OUR_FAULT.includes( why ) ? 'closed-ours' : 'closed-' + why ) ),
		mend( session ),
		saidHere( 'ps-looked' ),
		session.typed() && why !== 'sent-elsewhere' && p( msg( 'closed-kept' ) ),
		!NOT_PRIVATELY.includes( why ) && privateWay( session ),
		keptLink( session ),
		el( 'h3', {}, msg( 'danger-title' ) ),
		p( msg( 'danger' ) ),
		turnList( emergency, chain ),
		report.length + health.length > 0 && el( 'h3', {}, msg( 'elsewhere-title' ) ),
		turnList( report.concat( health ), chain ),
		page && p( outLink( msg( 'help-page' ), mw.util.getUrl( page ) ) )
	);
}
