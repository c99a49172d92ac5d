/**
 * Judge the bot's public page (PROTOCOL.md, section 1). Pure: the API call is in wiki.js.
 */
import { readPublished } from './published.js';
import { fromBase64url } from './base64url.js';

/** @typedef {import('./types.js').Judgement} Judgement */
/** @typedef {import('./types.js').PageKey} PageKey */

export const PROTOCOL = 1;

/**
 * The first key that has not expired by the server's time and is a point the browser can seal to.
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
		// NaN (no date, or one that is none) is never in the future.
		return point !== null && point.length === 65 && point[ 0 ] === 4 && Date.parse( key.expires ) > now;
	} ) || null;
}

/**
 * Whether the network takes requests now, and with which key.
 *
 * @param {Object} answer what the API gave
 * @param {string} answer.serverTime `curtimestamp` of the same answer: the visitor's clock may be wrong
 * @param {boolean} answer.missing
 * @param {number} [answer.authorId] user id of the latest revision's author, absent when hidden
 * @param {string} [answer.text]
 * @param {{botId: number, wikiId: string}} expected
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
	const published = readPublished( page );
	if ( page.state !== 'open' ) {
		return { open: false, why: 'paused', published };
	}
	if ( !published.intake || !published.channels.length || !published.languages.size ) {
		return { open: false, why: 'unreadable', published };
	}
	const now = Date.parse( answer.serverTime );
	const key = firstLiveKey( page.keys, now );
	return key ? { open: true, key, now, published } : { open: false, why: 'no-key', published };
}
