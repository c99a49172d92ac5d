/**
 * What the wiki answers to an edit, as one of a few outcomes. Pure.
 */

/** @typedef {import('./types.js').Saved} Saved */

/**
 * The wiki's error codes → outcome.
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
	'noedit-anon': 'logged-out',
	blocked: 'blocked',
	autoblocked: 'blocked',
	protectedpage: 'protected',
	cascadeprotected: 'protected',
	titleblacklist: 'protected',
	permissiondenied: 'protected',
	noedit: 'protected',
	missingtitle: 'no-intake',
	nosuchpageid: 'no-intake',
	pagedeleted: 'no-intake',
	captcha: 'captcha-unknown',
	spamblacklist: 'filter',
	spamdetected: 'filter',
	hookaborted: 'filter',
	// A filter that warns lets the second try through.
	'abusefilter-warning': 'filter-warning',
	'abusefilter-warned': 'filter-warning',
	ratelimited: 'rate-limited',
	readonly: 'read-only',
	maxlag: 'read-only',
	contenttoobig: 'page-full',
	editconflict: 'conflict',
	articleexists: 'conflict'
};

/** What a second press of Send cannot mend by itself. */
const FINAL = [ 'blocked', 'blocked-here', 'protected', 'no-intake', 'filter', 'no-sealing' ];

/**
 * @param {string} outcome
 * @return {Saved}
 */
export function notSaved( outcome ) {
	return { saved: false, outcome, again: !FINAL.includes( outcome ), certain: outcome !== 'unknown' };
}

/** @type {Saved} */
export const SAVED = { saved: true, outcome: 'saved', again: false, certain: true };

/**
 * @param {string} code
 * @param {any} [data] of `http`: `{xhr, textStatus}`; else the wiki's whole answer
 * @return {Saved}
 */
export function outcomeOfCode( code, data ) {
	const { blockinfo } = data && data.error || {};
	if ( blockinfo && blockinfo.blockpartial ) {
		return notSaved( 'blocked-here' );
	}
	if ( Object.prototype.hasOwnProperty.call( OUTCOMES, code ) ) {
		return notSaved( OUTCOMES[ code ] );
	}
	if ( /^abusefilter/.test( code ) ) {
		return notSaved( 'filter' );
	}
	if ( /block/.test( code ) ) {
		return notSaved( 'blocked' );
	}
	if ( /protected/.test( code ) ) {
		return notSaved( 'protected' );
	}
	const status = code === 'http' && data && data.xhr ? data.xhr.status : 0;
	if ( status === 429 ) {
		return notSaved( 'rate-limited' );
	}
	// What stands before the wiki said no; a 5xx may come after the wiki has saved.
	if ( status >= 400 && status < 500 ) {
		return notSaved( 'refused' );
	}
	// No connection, a time-out, an answer that was lost, and everything nobody foresaw.
	return notSaved( 'unknown' );
}

/**
 * @param {any} answer of action=edit
 * @param {(value: any) => import('./types.js').Captcha|null} read reads a captcha
 * @return {Saved}
 */
export function outcomeOfAnswer( answer, read ) {
	const edit = answer && answer.edit || {};
	if ( edit.result === 'Success' ) {
		return SAVED;
	}
	if ( edit.captcha ) {
		const captcha = read( edit.captcha );
		return captcha ? Object.assign( notSaved( 'captcha' ), { captcha } ) : notSaved( 'captcha-unknown' );
	}
	if ( typeof edit.code === 'string' ) {
		return outcomeOfCode( edit.code );
	}
	if ( edit.spamblacklist || edit.abusefilter || edit.result === 'Failure' ) {
		return notSaved( 'filter' );
	}
	return notSaved( 'unknown' );
}
