/**
 * The status link, kept among the account's own private preferences when somebody asks for it, and never anywhere
 * else: nothing is written to the browser's storage.
 */
import { settle } from './wiki.js';

/** @typedef {import('./types.js').Kept} Kept */

/** `userjs-` preferences are shown to nobody but the account itself. */
export const OPTION = 'userjs-peer-support-status';

/**
 * @param {any} options `userinfo.options`
 * @return {Kept|null} null also when a script put something else there
 */
export function readKept( options ) {
	const value = options && options[ OPTION ];
	const found = typeof value === 'string' && /^([0-9A-Z]{8})\/([A-Za-z0-9_-]{22,100})$/.exec( value );
	return found ? { ref: found[ 1 ], token: found[ 2 ] } : null;
}

/**
 * @param {any} api an mw.Api
 * @param {Kept|null} kept null: forget it
 * @return {Promise<boolean>} whether the wiki did it
 */
export async function writeKept( api, kept ) {
	/** @type {Object<string, any>} */
	const change = { action: 'options', optionname: OPTION, assert: 'user', formatversion: 2 };
	if ( kept ) {
		change.optionvalue = kept.ref + '/' + kept.token;
	}
	return !!( await settle( api.postWithToken( 'csrf', change ) ) ).answer;
}
