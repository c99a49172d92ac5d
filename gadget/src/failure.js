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
 * @param {Problem} found
 * @param {Session} session
 * @return {string}
 */
function words( found, session ) {
	const published = /** @type {import('./types.js').Published} */ ( session.published );
	if ( found.channel ) {
		return msg( 'problem-' + found.problem, channelName( found.channel, published, session.chain ) );
	}
	if ( found.over ) {
		return msg( 'problem-' + found.problem, digits( found.over ), found.over );
	}
	return msg( 'problem-' + found.problem, isolated( session.halfName.trim() ), digits( MOST.avoid ) );
}

/**
 * @param {Problem[]} problems
 * @param {Session} session
 * @param {(step: string) => void} change opens the step where a problem is mended
 * @return {Node}
 */
export const problemBox = ( problems, session, change ) => notice( 'error', ...problems.map( ( found ) => el( 'p', { 'data-problem': found.problem },
	words( found, session ),
	found.step === session.step.id ? null : ' ',
	found.step === session.step.id ? null : button( msg( 'mend' ), 'mend', () => change( found.step ) )
) ) );

/**
 * The mend that is a link.
 *
 * @param {Saved} saved
 * @param {Session} session
 * @return {Node[]}
 */
function mends( saved, session ) {
	const { published } = session;
	if ( saved.outcome === 'logged-out' || saved.outcome === 'other-account' ) {
		return [ p( outLink( msg( 'log-in' ), mw.util.getUrl( 'Special:UserLogin' ) ) ) ];
	}
	if ( saved.again && saved.outcome !== 'captcha-unknown' ) {
		return [];
	}
	return present(
		// The desk serves nobody whom the whole wiki has blocked: no promise that is not kept.
		saved.outcome !== 'blocked' && privateWay( session ),
		published && published.helpPage && p( outLink( msg( 'help-page' ), mw.util.getUrl( published.helpPage ) ) )
	);
}

/**
 * @param {Saved} saved
 * @param {Session} session
 * @return {Node}
 */
export function failureBox( saved, session ) {
	const name = session.account ? isolated( session.account.name ) : '';
	const key = 'failed-' + saved.outcome.replace( '-here', '' ) + ( saved.outcome === 'other-account' && session.sender.unsure ? '-unsure' : '' );
	return notice( saved.outcome === 'captcha' ? 'notice' : 'error',
		el( 'p', { 'data-outcome': saved.outcome }, msg( key, name ) ),
		p( msg( saved.again ? 'failed-again' : 'failed-elsewhere' ) ),
		...mends( saved, session )
	);
}

/**
 * The wiki's question, as a picture or in words.
 *
 * @param {import('./types.js').Captcha} captcha
 * @param {(answer: string) => void} answer called while somebody types
 * @param {() => void} send sends with the answer that was typed
 * @param {() => void} another asks for another question
 * @return {Node}
 */
export const captchaBox = ( captcha, answer, send, another ) => el( 'div', { id: 'ps-captcha' },
	captcha.image ?
		el( 'img', { src: captcha.image, alt: msg( 'captcha-picture' ), class: 'ps-captcha' } ) :
		el( 'p', { id: 'ps-captcha-question', dir: 'auto' }, captcha.question ),
	textLine( {
		id: 'ps-captcha-word',
		label: msg( captcha.image ? 'captcha-word' : 'captcha-answer' ),
		value: '',
		change: answer,
		enter: send
	} ),
	button( msg( 'captcha-another' ), 'captcha-another', another, QUIET )
);
