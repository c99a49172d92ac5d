/**
 * What is said above a step when something stands in the way, and the question that a wiki may ask.
 */
import { el, outLink, p, present } from './dom.js';
import { button, notice, QUIET, textLine } from './controls.js';
import { channelName } from './channel-words.js';
import { digits, isolated, msg } from './messages.js';
import { MOST } from './payload.js';
import { privateWay } from './steps/turns.js';

/** @typedef {import('./session.js').Session} Session */
/** @typedef {import('./types.js').Problem} Problem */
/** @typedef {import('./types.js').Saved} Saved */

/**
 * @param {HTMLElement} box
 * @return {HTMLElement} the same: what is read out when the place above a step takes the focus
 */
function said( box ) {
	box.id = 'ps-said-words';
	return box;
}

/**
 * @param {Problem} found
 * @param {Session} session
 * @return {string}
 */
function words( found, session ) {
	const published = /** @type {import('./types.js').Published} */ ( session.published );
	// The following messages are used here:
	// * peer-support-problem-language-none
	// * peer-support-problem-language-unknown
	// * peer-support-problem-too-many
	// * peer-support-problem-channel-none
	// * peer-support-problem-address-missing
	// * peer-support-problem-address-long
	// * peer-support-problem-message-long
	// * peer-support-problem-name-address
	// * peer-support-problem-name-impossible
	// * peer-support-problem-names-many
	// * peer-support-problem-names-long
	const key = 'peer-support-problem-' + found.problem;
	if ( found.channel ) {
		return msg( key, isolated( channelName( found.channel, published, session.chain ).text ) );
	}
	if ( found.over ) {
		return msg( key, digits( found.over ), found.over );
	}
	return msg( key, isolated( found.half || '' ), digits( MOST.avoid ) );
}

/**
 * @param {Problem[]} problems
 * @param {Session} session
 * @param {(step: string) => void} change opens the step where a problem is mended
 * @return {Node}
 */
export const problemBox = ( problems, session, change ) => said( notice( 'error', ...problems.map( ( found ) => el( 'p', { 'data-problem': found.problem },
	words( found, session ),
	found.step === session.step.id ? null : ' ',
	found.step === session.step.id ? null : button( msg( 'peer-support-mend' ), 'mend', () => change( found.step ) )
) ) ) );

/**
 * The mend that is a link.
 *
 * @param {Saved} saved
 * @param {Session} session
 * @return {Node[]}
 */
function mends( saved, session ) {
	const { config } = session;
	if ( saved.outcome === 'logged-out' || saved.outcome === 'other-account' ) {
		return [ p( outLink( msg( 'peer-support-log-in' ), mw.util.getUrl( 'Special:UserLogin' ) ) ) ];
	}
	if ( saved.again ) {
		return [];
	}
	return present(
		// The desk serves nobody whom the whole wiki has blocked: no promise that is not kept.
		saved.outcome !== 'blocked' && privateWay( session ),
		config && p( outLink( msg( 'peer-support-help-page' ), mw.util.getUrl( config.landing ) ) )
	);
}

/** Where the private way works though this one cannot: that comes first. */
const LEADS_AWAY = [ 'captcha-unknown', 'blocked-address' ];

/**
 * @param {Saved} saved
 * @param {Session} session
 * @return {Node}
 */
export function failureBox( saved, session ) {
	const about = saved.code || ( session.account ? isolated( session.account.name ) : '' );
	const unsure = [ 'other-account', 'fault' ].includes( saved.outcome ) && session.sender.unsure;
	// The following messages are used here:
	// * peer-support-failed-logged-out
	// * peer-support-failed-other-account
	// * peer-support-failed-other-account-unsure
	// * peer-support-failed-blocked
	// * peer-support-failed-blocked-address
	// * peer-support-failed-protected
	// * peer-support-failed-no-intake
	// * peer-support-failed-captcha
	// * peer-support-failed-captcha-unknown
	// * peer-support-failed-filter
	// * peer-support-failed-filter-warning
	// * peer-support-failed-rate-limited
	// * peer-support-failed-read-only
	// * peer-support-failed-page-full
	// * peer-support-failed-conflict
	// * peer-support-failed-refused
	// * peer-support-failed-declined
	// * peer-support-failed-changed
	// * peer-support-failed-other-tab
	// * peer-support-failed-offline
	// * peer-support-failed-unknown
	// * peer-support-failed-will-not-fit
	// * peer-support-failed-no-sealing
	// * peer-support-failed-fault
	// * peer-support-failed-fault-unsure
	const key = 'peer-support-failed-' + saved.outcome.replace( '-here', '' ) + ( unsure ? '-unsure' : '' );
	const next = p( msg( saved.again || unsure ? 'peer-support-failed-again' : 'peer-support-failed-elsewhere' ) );
	const ways = mends( saved, session );
	return said( notice( saved.outcome === 'captcha' ? 'notice' : 'error',
		el( 'p', { 'data-outcome': saved.outcome }, msg( key, about ) ),
		...( LEADS_AWAY.includes( saved.outcome ) ? [ ...ways, next ] : [ next, ...ways ] )
	) );
}

/**
 * The wiki's question, as a picture or in words.
 *
 * @param {import('./types.js').Captcha} captcha
 * @param {string} typed so far
 * @param {(answer: string) => void} answer called while somebody types
 * @param {() => void} send sends with the answer that was typed
 * @param {() => void} another asks for another question
 * @return {Node}
 */
export const captchaBox = ( captcha, typed, answer, send, another ) => el( 'div', { id: 'ps-captcha' },
	captcha.image ?
		el( 'img', { src: captcha.image, alt: msg( 'peer-support-captcha-picture' ), class: 'ps-captcha' } ) :
		el( 'p', { id: 'ps-captcha-question', dir: 'auto' }, captcha.question ),
	textLine( {
		id: 'ps-captcha-word',
		label: msg( captcha.image ? 'peer-support-captcha-word' : 'peer-support-captcha-answer' ),
		value: typed,
		change: answer,
		enter: send
	} ),
	button( msg( 'peer-support-captcha-another' ), 'captcha-another', another, QUIET )
);
