/**
 * Judge the bot's public page (PROTOCOL.md, section 1). Pure: the API call is in wiki.js.
 */
import { readPublished } from './published.js';
import { keyHours } from '../../bot/request/limits.json';
import { fromBase64url } from './base64url.js';

/** @typedef {import('./types.js').Judgement} Judgement */
/** @typedef {import('./types.js').PageKey} PageKey */

export const PROTOCOL = 1;

/** A key with an end further away than this is none of the bot's: it makes one a day, and each ends sooner. */
const LONGEST = keyHours * 3600 * 1000;

/**
 * The first key that has not expired by the server's time, ends soon enough, and is a point the browser can seal to.
 *
 * @param {unknown} keys
 * @param {number} now milliseconds, of the server
 * @return {PageKey|null}
 */
export function firstLiveKey( keys, now ) {
	if ( !Array.isArray( keys ) || !Number.isFinite( now ) ) {
		return null;
	}
	return keys.find( ( key ) => {
		if ( !key || typeof key.id !== 'string' || !/^[A-Za-z0-9_-]{1,40}$/.test( key.id ) ||
			typeof key.public !== 'string' ) {
			return false;
		}
		const point = fromBase64url( key.public );
		const left = Date.parse( key.expires ) - now;
		// NaN (no date, or one that is none) is neither.
		return point !== null && point.length === 65 && point[ 0 ] === 4 && left > 0 && left <= LONGEST;
	} ) || null;
}

/**
 * What the gadget's settings say for themselves (docs/decisions/0079): whoever has the bot's account can write its
 * page, and must not lead people elsewhere by it.
 *
 * @typedef {Object} Expected
 * @property {number} botId
 * @property {string} wikiId
 * @property {string} intake full title of the page that takes envelopes
 * @property {string} desk address of the desk, no slash at its end
 * @property {boolean} isHere the wiki is http on this very machine
 */

/**
 * Whether the network takes requests now, and with which key.
 *
 * @param {Object} answer what the API gave
 * @param {string} answer.serverTime `curtimestamp` of the same answer: the visitor's clock may be wrong
 * @param {boolean} answer.missing
 * @param {number} [answer.authorId] user id of the latest revision's author, absent when hidden
 * @param {string} [answer.text]
 * @param {Expected} expected
 * @return {Judgement}
 */
export function judgeKeyPage( answer, expected ) {
	if ( answer.missing ) {
		return { open: false, why: 'missing' };
	}
	// Others who may edit JSON pages of users could have written it too.
	if ( !expected.botId || answer.authorId !== expected.botId ) {
		return { open: false, why: 'author' };
	}
	let page;
	try {
		page = JSON.parse( answer.text || '' );
	} catch ( e ) {
		return { open: false, why: 'unreadable' };
	}
	if ( !page || typeof page !== 'object' || Array.isArray( page ) ) {
		return { open: false, why: 'unreadable' };
	}
	if ( page.protocol !== PROTOCOL ) {
		return { open: false, why: 'protocol' };
	}
	if ( page.wiki !== expected.wikiId ) {
		return { open: false, why: 'wiki' };
	}
	const published = readPublished( page, expected.isHere );
	if ( published.intake !== expected.intake || published.desk !== expected.desk ) {
		// Nothing else of such a page is to be believed either, so nothing of it is shown.
		return { open: false, why: 'disagrees' };
	}
	if ( page.state !== 'open' ) {
		return { open: false, why: 'paused', published };
	}
	if ( !published.channels.length || !published.languages.size ) {
		return { open: false, why: 'unreadable', published };
	}
	const now = Date.parse( answer.serverTime );
	const key = firstLiveKey( page.keys, now );
	return key ? { open: true, key, now, published } : { open: false, why: 'no-key', published };
}
