/**
 * How much room the words have, counted honestly for every script: letters outside ASCII take two to four bytes, and
 * all of a request has to fit into one envelope. Pure.
 */
import { buildPayload, bytesOf, charactersOf, MOST, overflowOf } from './payload.js';

/** @typedef {import('./types.js').Draft} Draft */
/** @typedef {import('./types.js').Identity} Identity */
/** @typedef {import('./types.js').Published} Published */

/**
 * @typedef {Object} Room
 * @property {number} characters written
 * @property {number} mostCharacters
 * @property {number} bytes written
 * @property {number} mostBytes for the words, with what else is in the request
 * @property {number} over how many characters are too many, about where bytes are what is short; 0: it fits
 */

/**
 * @param {Draft} draft
 * @param {{identity: Identity, locale: string, emailable: boolean, published: Published}} around
 * @return {Room}
 */
export function roomOf( draft, around ) {
	const characters = charactersOf( draft.message );
	const bytes = bytesOf( draft.message );
	const mostCharacters = around.published.messageCharacters;
	const overflow = overflowOf( buildPayload( draft, around.identity, around ) );
	// Quotation marks and line breaks take more room in the envelope than in the text.
	const mostBytes = Math.max( 0, Math.min( MOST.messageBytes, bytes - overflow ) );
	const tooManyBytes = Math.max( 0, bytes - MOST.messageBytes, overflow );
	const each = characters ? Math.max( 1, bytes / characters ) : 1;
	return {
		characters,
		mostCharacters,
		bytes,
		mostBytes,
		over: Math.max( 0, characters - mostCharacters, Math.ceil( tooManyBytes / each ) )
	};
}
