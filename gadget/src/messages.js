/**
 * The gadget's words, in core's own message store and parser (mw.message with mediawiki.jqueryMsg, which mw.Api loads
 * anyway). The words of the reader's language are a module of their own (languages.js).
 */

/** Letters that run from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufeff]/;

/**
 * @param {string} language of the words
 * @return {'ltr'|'rtl'} what the wiki says of the reader's own language; of one that it falls back to, what the words
 *  themselves are written in
 */
export function directionOf( language ) {
	const own = mw.config.get( 'wgUserLanguage' );
	const rightToLeft = [ own, own.split( '-' )[ 0 ] ].includes( language ) ?
		document.documentElement.dir === 'rtl' : RIGHT_TO_LEFT.test( msg( 'peer-support-close' ) );
	return rightToLeft ? 'rtl' : 'ltr';
}

/**
 * The words of a key as text, never as markup.
 *
 * @param {string} key written out where it is used, so that it is found
 * @param {...(string|number)} parameters
 * @return {string}
 */
export function msg( key, ...parameters ) {
	return mw.message( key, ...parameters ).text();
}

/**
 * Text that somebody else wrote, to stand in a sentence: what runs from right to left does not turn the rest round.
 *
 * @param {string} text
 * @return {string}
 */
export const isolated = ( text ) => RIGHT_TO_LEFT.test( text + msg( 'peer-support-close' ) ) ? '\u2068' + text + '\u2069' : text;

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
export const listed = ( things ) => things.join( msg( 'peer-support-comma' ) + ' ' );

/**
 * Whether there are words for a key that is made from a published id.
 *
 * @param {string} key written out where it is used, so that it is found
 * @return {boolean}
 */
export const hasMsg = ( key ) => mw.messages.exists( key );
