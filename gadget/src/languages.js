/**
 * The languages that there are words in. Each is a hidden gadget of its own, so that nobody loads the words of
 * another language; a translation that lacks some has English ones in their place.
 */
export const LANGUAGES = [ 'ar', 'de', 'en', 'es', 'fr' ];

/**
 * @param {string[]} chain languages of the reader, best first
 * @return {string} the first of them that there are words in
 */
export const spokenIn = ( chain ) => chain.find( ( code ) => LANGUAGES.includes( code ) ) || 'en';

/**
 * @param {string} language
 * @return {string} the module that sets its words
 */
export const wordsModule = ( language ) => 'ext.gadget.peer-support-words-' + language;
