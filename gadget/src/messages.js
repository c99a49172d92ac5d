/**
 * The gadget's words, in core's own message store and parser (mw.message with mediawiki.jqueryMsg, which mw.Api loads
 * anyway). The words of the reader's language are a module of their own (languages.js).
 */

const RIGHT_TO_LEFT = [ 'ar', 'fa', 'he', 'ur' ];

const PREFIX = 'peer-support-';

/**
 * @param {string} code
 * @return {'ltr'|'rtl'}
 */
export const directionOf = ( code ) => RIGHT_TO_LEFT.includes( code.split( '-' )[ 0 ] ) ? 'rtl' : 'ltr';

/**
 * The words of a key as text, never as markup.
 *
 * @param {string} key without the common prefix
 * @param {...any} parameters
 * @return {string}
 */
export function msg( key, ...parameters ) {
	return mw.message( PREFIX + key, ...parameters ).text();
}

/**
 * Text that somebody else wrote, to stand in a sentence: what runs from right to left does not turn the rest round.
 *
 * @param {string} text
 * @return {string}
 */
export const isolated = ( text ) => /[\u0590-\u08ff\ufb1d-\ufeff]/.test( text + mw.message( PREFIX + 'close' ).text() ) ? '\u2068' + text + '\u2069' : text;

/**
 * @param {number} number
 * @return {string} with the digits of the reader's language
 */
export const digits = ( number ) => String( mw.language.convertNumber( number ) );

/**
 * Several things in one sentence.
 *
 * @param {string[]} things
 * @return {string}
 */
export const listed = ( things ) => things.join( msg( 'comma' ) + ' ' );

/**
 * Whether there are words for a key that is made from a published id.
 *
 * @param {string} key without the common prefix
 * @return {boolean}
 */
export const hasMsg = ( key ) => mw.messages.exists( PREFIX + key );
