/**
 * The gadget's words.
 *
 * All languages are inside the built file, and core's own message store and parser (mw.message with
 * mediawiki.jqueryMsg, which mw.Api loads anyway) read them. One file per language inside the package would be sent
 * to everybody all the same; a hidden gadget per language would put a line for each into the start-up list that every
 * reader of the wiki loads. Five languages cost about as much as one picture. From some fifteen languages on, move
 * them to pages that are fetched when the dialog opens.
 */
import en from '../i18n/en.json';
import ar from '../i18n/ar.json';
import de from '../i18n/de.json';
import es from '../i18n/es.json';
import fr from '../i18n/fr.json';

/** @type {Object<string, Object<string, any>>} */
const LANGUAGES = { en, ar, de, es, fr };

const RIGHT_TO_LEFT = [ 'ar', 'fa', 'he', 'ur' ];

const PREFIX = 'peer-support-';

/**
 * The first language of the chain that there are words in.
 *
 * @param {string[]} chain
 * @return {string}
 */
export const spokenIn = ( chain ) => chain.find( ( code ) => Object.prototype.hasOwnProperty.call( LANGUAGES, code ) ) || 'en';

/**
 * @param {string} code
 * @return {'ltr'|'rtl'}
 */
export const directionOf = ( code ) => RIGHT_TO_LEFT.includes( code.split( '-' )[ 0 ] ) ? 'rtl' : 'ltr';

/**
 * Put the words of a language, English where one is missing, into the wiki's message store.
 *
 * @param {string} code
 */
export function fillMessages( code ) {
	/** @type {Object<string, any>} */
	const words = Object.assign( {}, en, LANGUAGES[ code ] );
	delete words[ '@metadata' ];
	mw.messages.set( words );
}

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
