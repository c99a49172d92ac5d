/**
 * Append an envelope to the intake page, and turn what the wiki answers into one of a few outcomes.
 */
import { settle } from './wiki.js';

/** @typedef {import('./types.js').Saved} Saved */

/** Always the same, so that a summary tells nothing. PROTOCOL.md, section 2. */
export const SUMMARY = 'Message to the peer support network';

/** How long to wait while the bot makes a full page small again. */
export const TIDY_PAUSE = 30000;

/**
 * The wiki's error codes → outcome. One that is not here is `unknown`, and may have been saved.
 *
 * @type {Object<string, string>}
 */
const OUTCOMES = {
	assertuserfailed: 'logged-out',
	assertnameduserfailed: 'logged-out',
	assertbotfailed: 'logged-out',
	notoken: 'logged-out',
	badtoken: 'logged-out',
	'login-required': 'logged-out',
	blocked: 'blocked',
	autoblocked: 'blocked',
	protectedpage: 'protected',
	cascadeprotected: 'protected',
	titleblacklist: 'protected',
	permissiondenied: 'protected',
	noedit: 'protected',
	'noedit-anon': 'logged-out',
	'namespaceprotected-project': 'protected',
	missingtitle: 'no-intake',
	nosuchpageid: 'no-intake',
	pagedeleted: 'no-intake',
	captcha: 'captcha',
	spamblacklist: 'filter',
	spamdetected: 'filter',
	'abusefilter-disallowed': 'filter',
	'abusefilter-warning': 'filter',
	'abusefilter-warned': 'filter',
	hookaborted: 'filter',
	ratelimited: 'rate-limited',
	readonly: 'read-only',
	maxlag: 'read-only',
	contenttoobig: 'page-full',
	editconflict: 'conflict',
	articleexists: 'conflict'
};

/** What a second press of Send cannot mend by itself. */
const FINAL = [ 'blocked', 'protected', 'no-intake' ];

/**
 * @param {string} outcome
 * @return {Saved}
 */
function notSaved( outcome ) {
	return { saved: false, outcome, again: !FINAL.includes( outcome ), certain: outcome !== 'unknown' };
}

/**
 * @param {string} code
 * @return {Saved}
 */
export function outcomeOfCode( code ) {
	if ( Object.prototype.hasOwnProperty.call( OUTCOMES, code ) ) {
		return notSaved( OUTCOMES[ code ] );
	}
	if ( /^abusefilter/.test( code ) ) {
		return notSaved( 'filter' );
	}
	if ( /block/.test( code ) ) {
		return notSaved( 'blocked' );
	}
	if ( /protected$/.test( code ) ) {
		return notSaved( 'protected' );
	}
	// `http` (no connection, a time-out, an answer that was lost) and everything nobody foresaw.
	return notSaved( 'unknown' );
}

/**
 * @param {any} answer of action=edit
 * @return {Saved}
 */
export function outcomeOfAnswer( answer ) {
	const edit = answer && answer.edit || {};
	if ( edit.result === 'Success' ) {
		return { saved: true, outcome: 'saved', again: false, certain: true };
	}
	if ( edit.captcha ) {
		return notSaved( 'captcha' );
	}
	if ( edit.spamblacklist || edit.abusefilter || edit.result === 'Failure' ) {
		return notSaved( 'filter' );
	}
	return notSaved( 'unknown' );
}

/**
 * @param {any} api an mw.Api
 * @param {string} intake full title
 * @param {string} text the envelope
 * @return {Promise<Saved>}
 */
async function post( api, intake, text ) {
	const { answer, code } = await settle( api.postWithToken( 'csrf', {
		action: 'edit',
		title: intake,
		appendtext: text,
		summary: SUMMARY,
		assert: 'user',
		nocreate: 1,
		watchlist: 'nochange',
		formatversion: 2
	} ) );
	return answer ? outcomeOfAnswer( answer ) : outcomeOfCode( /** @type {string} */ ( code ) );
}

/**
 * Save one envelope. A page that is full gets half a minute and one more try: the bot is tidying it.
 *
 * @param {any} api
 * @param {string} intake
 * @param {string} text
 * @param {(milliseconds: number) => Promise<void>} pause
 * @return {Promise<Saved>}
 */
export async function save( api, intake, text, pause ) {
	const first = await post( api, intake, text );
	if ( first.outcome !== 'page-full' ) {
		return first;
	}
	await pause( TIDY_PAUSE );
	return post( api, intake, text );
}
