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
	assertnameduserfailed: 'other-account',
	assertbotfailed: 'logged-out',
	notoken: 'logged-out',
	badtoken: 'logged-out',
	'login-required': 'logged-out',
	'noedit-anon': 'logged-out',
	notloggedin: 'logged-out',
	blocked: 'blocked',
	autoblocked: 'blocked-address',
	protectedpage: 'protected',
	cascadeprotected: 'protected',
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

/** Families of codes, by extensions of the wiki; the first that fits counts. */
const FAMILIES = /** @type {Array<[RegExp, string]>} */ ( [
	[ /^abusefilter/, 'filter' ],
	[ /^titleblacklist/, 'protected' ],
	// GlobalBlocking and TorBlock block the connection, whoever is logged in on it.
	[ /globalblock.*-(ip|range|xff|autoblock)|^torblock/, 'blocked-address' ],
	[ /block/, 'blocked' ],
	[ /protected/, 'protected' ]
] );

/** A farm's own lock or block of an account, which the wiki's own list of blocks does not show. */
const OF_ACCOUNT = /globalblock.*-user|^centralauth-error-locked/;

/** What a second press of Send cannot mend by itself. */
const FINAL = [
	'blocked', 'blocked-here', 'blocked-address', 'protected', 'no-intake', 'filter', 'captcha-unknown', 'declined', 'no-sealing', 'fault'
];

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
 * What a block says of itself, as far as it can be told without knowing whom it is of (account.js).
 *
 * @param {import('./types.js').BlockInfo} info
 * @return {string} outcome
 */
export function outcomeOfBlock( info ) {
	// What the wiki blocks by itself (open proxies, lists of addresses) is a connection, never an account.
	if ( info.systemblocktype ) {
		return 'blocked-address';
	}
	return info.blockpartial ? 'blocked-here' : 'blocked';
}

/**
 * @param {number} status of HTTP
 * @return {string} outcome
 */
function outcomeOfStatus( status ) {
	if ( status === 429 ) {
		return 'rate-limited';
	}
	// What stands before the wiki said no; a 5xx may come after the wiki has saved.
	return status >= 400 && status < 500 ? 'refused' : 'unknown';
}

/** Codes that mw.Api gives by itself where the wiki's answer did not come whole. */
const NO_ANSWER = [ 'http', 'ok-but-empty', 'unknown', 'query-missing', 'token-missing' ];

/**
 * Only a lost answer, and the wiki's own exceptions, leave it open whether something was saved: every other error of
 * the API is a refusal, also one that this form has never heard of.
 *
 * @param {string|undefined} given
 * @param {import('./types.js').ApiError} [data] of `http`: `{xhr, textStatus}`; else the wiki's whole answer
 * @return {Saved}
 */
export function outcomeOfCode( given, data ) {
	const code = String( given || 'unknown' ).replace( /^apierror-/, '' );
	if ( NO_ANSWER.includes( code ) ) {
		return notSaved( outcomeOfStatus( code === 'http' && data && data.xhr ? data.xhr.status : 0 ) );
	}
	if ( /^internal_api_error/.test( code ) ) {
		return notSaved( 'unknown' );
	}
	const { blockinfo } = data && data.error || {};
	if ( code === 'blocked' && blockinfo ) {
		return notSaved( outcomeOfBlock( blockinfo ) );
	}
	if ( Object.prototype.hasOwnProperty.call( OUTCOMES, code ) ) {
		return notSaved( OUTCOMES[ code ] );
	}
	if ( OF_ACCOUNT.test( code ) ) {
		return Object.assign( notSaved( 'blocked' ), { ofAccount: true } );
	}
	const family = FAMILIES.find( ( [ pattern ] ) => pattern.test( code ) );
	return family ? notSaved( family[ 1 ] ) : Object.assign( notSaved( 'declined' ), { code } );
}

/**
 * @param {import('./types.js').Edited} answer
 * @param {(value: import('./types.js').AskedCaptcha) => import('./types.js').Captcha|null} read reads a captcha
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
