/**
 * The status link, kept among the account's own private preferences when somebody asks for it, and never anywhere
 * else: nothing is written to the browser's storage.
 */
import { outcomeOfCode } from './outcome.js';
import { postOption } from './post.js';

/** @typedef {import('./types.js').Kept} Kept */

/** `userjs-` preferences are shown to nobody but the account itself. */
export const OPTION = 'userjs-peer-support-status';

/**
 * @param {import('./types.js').UserInfo|undefined} user `userinfo` with its options
 * @return {Kept|null} null also when a script put something else there
 */
export function readKept( user ) {
	const value = user && user.options && user.options[ OPTION ];
	const found = typeof value === 'string' && /^([0-9A-Z]{8})\/([A-Za-z0-9_-]{22,100})$/.exec( value );
	return found && user ? { ref: found[ 1 ], token: found[ 2 ], account: user.name } : null;
}

/**
 * @param {mw.Api} api
 * @param {string} account among whose preferences, and no other's
 * @param {Kept|null} kept null: forget it
 * @return {Promise<'done'|'other-account'|'failed'>} what the wiki made of it
 */
async function writeKept( api, account, kept ) {
	const { answer, code, data } = await postOption( api, account, OPTION, kept ? kept.ref + '/' + kept.token : null );
	if ( answer ) {
		return 'done';
	}
	return [ 'other-account', 'logged-out' ].includes( outcomeOfCode( code, data ).outcome ) ? 'other-account' : 'failed';
}

/**
 * Keep the status link of this request among the preferences of the account that sent it, or forget what is kept
 * there; never among those of another account, that somebody logged in with since.
 *
 * @param {import('./session.js').Session} session
 * @param {boolean} wanted
 * @return {Promise<'done'|'other-account'|'failed'>} what the wiki made of it
 */
export async function keep( session, wanted ) {
	const { identity, kept } = session;
	const account = !wanted && kept ? kept.account : /** @type {import('./types.js').Account} */ ( session.account ).name;
	const now = wanted ? { ref: identity.ref, token: identity.token, account } : null;
	const done = await writeKept( session.outside.api, account, now ).catch( () => /** @type {'failed'} */ ( 'failed' ) );
	session.kept = done === 'done' ? now : kept;
	return done;
}
