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
export const title = () => msg( 'peer-support-unavailable-title' );

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
			outLink( msg( 'peer-support-log-in' ), mw.util.getUrl( 'Special:UserLogin' ) ), ' · ',
			outLink( msg( 'peer-support-create-account' ), mw.util.getUrl( 'Special:CreateAccount' ) )
		);
	}
	if ( why === 'no-way' && account ) {
		// The following messages are used here:
		// * peer-support-mail-none-mend
		// * peer-support-mail-unconfirmed-mend
		// * peer-support-mail-refused-mend
		// * peer-support-mail-temporary-mend
		return el( 'div', {}, p( msg( 'peer-support-mail-' + account.mail + '-mend' ) ), account.temporary ? null :
			p( outLink( msg( 'peer-support-mail-preferences' ), mw.util.getUrl( 'Special:Preferences' ) + '#mw-prefsection-personal-email' ) ) );
	}
	return null;
}

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const { published, config, chain, why } = session;
	const page = config && config.landing;
	const { emergency, report, health } = sorted( published );
	// The following messages are used here:
	// * peer-support-closed-ours
	// * peer-support-closed-disagrees
	// * peer-support-closed-fault
	// * peer-support-closed-paused
	// * peer-support-closed-offline
	// * peer-support-closed-logged-out
	// * peer-support-closed-blocked
	// * peer-support-closed-blocked-here
	// * peer-support-closed-blocked-address
	// * peer-support-closed-protected
	// * peer-support-closed-browser
	// * peer-support-closed-no-way
	// * peer-support-closed-sent-elsewhere
	const told = msg( 'peer-support-closed-' + ( OUR_FAULT.includes( why ) ? 'ours' : why ) );
	return present(
		el( 'p', { id: 'ps-why' }, told ),
		mend( session ),
		saidHere( 'ps-looked' ),
		session.typed() && why !== 'sent-elsewhere' && p( msg( 'peer-support-closed-kept' ) ),
		!NOT_PRIVATELY.includes( why ) && privateWay( session ),
		keptLink( session ),
		el( 'h3', {}, msg( 'peer-support-danger-title' ) ),
		p( msg( 'peer-support-danger' ) ),
		turnList( emergency, chain ),
		report.length + health.length > 0 && el( 'h3', {}, msg( 'peer-support-elsewhere-title' ) ),
		turnList( report.concat( health ), chain ),
		page && p( outLink( msg( 'peer-support-help-page' ), mw.util.getUrl( page ) ) )
	);
}
