/**
 * Build the request that is sealed (PROTOCOL.md, "Payload"). Pure: chance is handed in.
 */
import limits from '../../bot/request/limits.json';
import { WORDS } from './words.js';
import { PLAINTEXT_SIZE } from './envelope.js';
import { toBase64url } from './base64url.js';
import { jsonOf } from './json.js';

/** @typedef {import('./types.js').Draft} Draft */
/** @typedef {import('./types.js').Identity} Identity */
/** @typedef {import('./types.js').Published} Published */
/** @typedef {(count: number) => Uint8Array} Random draws so many random bytes */

/** The bounds of a request; the bot reads the same file. */
export const MOST = limits;

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * @param {string} text
 * @return {number} bytes of UTF-8
 */
export const bytesOf = ( text ) => new TextEncoder().encode( text ).length;

/**
 * @param {string} text
 * @return {number} characters as Python counts them too: an emoji outside the first plane is one
 */
export const charactersOf = ( text ) => Array.from( text ).length;

/**
 * Half a character (a lone surrogate) cannot be written in UTF-8; it becomes the sign for "unknown".
 *
 * @param {string} text
 * @return {string}
 */
export const wellFormed = ( text ) => text.replace(
	/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g,
	( found ) => found.length === 2 ? found : '\uFFFD'
);

/**
 * @param {Random} random
 * @return {string} eight characters that are hard to misread
 */
export const drawRef = ( random ) => Array.from( random( 8 ), ( byte ) => CROCKFORD[ byte % 32 ] ).join( '' );

/**
 * @param {Random} random
 * @return {string[]} three different words; there are 256, so one byte draws one evenly
 */
export function drawWords( random ) {
	/** @type {string[]} */
	const words = [];
	while ( words.length < 3 ) {
		const word = WORDS[ random( 1 )[ 0 ] ];
		if ( !words.includes( word ) ) {
			words.push( word );
		}
	}
	return words;
}

/**
 * @param {Random} random
 * @return {Identity}
 */
export function drawIdentity( random ) {
	return { ref: drawRef( random ), words: drawWords( random ), token: toBase64url( random( 16 ) ) };
}

/**
 * @param {string} ref
 * @return {string} as people read it: K7QF-9M2D
 */
export const showRef = ( ref ) => ref.slice( 0, 4 ) + '-' + ref.slice( 4 );

/** @return {Draft} nothing chosen yet */
export function emptyDraft() {
	return { languages: [], topics: [], channels: [], contact: Object.create( null ), message: '', avoid: [], prefer: [], notify: true };
}

/**
 * The chosen channels that an address has to be given for.
 *
 * @param {Draft} draft
 * @param {Published} published
 * @return {string[]}
 */
const addressed = ( draft, published ) => draft.channels.filter( ( channel ) => published.channelAddress.includes( channel ) );

/**
 * @param {Draft} draft
 * @param {Identity} identity
 * @param {{locale: string, emailable: boolean, published: Published}} reader
 * @return {Object} the payload of PROTOCOL.md
 */
export function buildPayload( draft, identity, reader ) {
	/** @type {Object<string, string>} */
	const contact = {};
	// Addresses typed for a channel that was taken out again stay here and are not sent.
	addressed( draft, reader.published ).forEach( ( channel ) => {
		contact[ channel ] = wellFormed( ( draft.contact[ channel ] || '' ).trim() );
	} );
	return {
		type: 'request',
		ref: identity.ref,
		locale: reader.locale,
		languages: draft.languages.slice(),
		topics: draft.topics.slice(),
		channels: draft.channels.slice(),
		contact,
		message: wellFormed( draft.message ),
		avoid: draft.avoid.slice(),
		prefer: draft.prefer.slice(),
		words: identity.words.slice(),
		// eslint-disable-next-line camelcase
		status_token: identity.token,
		notify: draft.notify && reader.emailable
	};
}

/**
 * @param {Object} payload
 * @return {number} bytes by which it is larger than an envelope; negative: what is still free
 */
export const overflowOf = ( payload ) => bytesOf( jsonOf( payload ) ) - ( PLAINTEXT_SIZE - 2 );
