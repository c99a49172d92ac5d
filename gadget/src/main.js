/**
 * The hidden gadget `peer-support-dialog`: what the entry loads when somebody opens it. Wires everything.
 */
import { version } from '../package.json';
import { Session } from './session.js';
import { shut } from './closing.js';
import { Dialog } from './dialog.js';
import { spokenIn, wordsModule } from './languages.js';
import { readCaptcha } from './captcha.js';
import { tabsOf } from './tabs.js';
import { isFramed } from './framed.js';
import { isHere } from './published.js';
import { readName } from './user-names.js';

// So that a test can open elsewhere what this very file has sealed in a browser.
export { seal } from './envelope.js';

/** @type {Dialog|null} */
let dialog = null;

/** @return {import('./types.js').Config|null} */
function readConfig() {
	try {
		// A script page of the package: only interface administrators can change it, as they can the gadget itself.
		// @ts-expect-error The operator's `publish` writes this page; it is no file here.
		return require( './peer-support-config.js' );
	} catch ( e ) {
		return null;
	}
}

/** @type {import('./user-names.js').NameRules} the wiki's own */
const nameRules = {
	titleOf( text ) {
		const title = mw.Title.newFromText( text, 2 );
		return title && { namespace: title.getNamespaceId(), text: title.getMainText(), fragment: title.getFragment() !== null };
	},
	isAddress: ( text ) => mw.util.isIPAddress( text, true )
};

// So that a test can read names by the wiki's own rules.
export const nameOf = ( /** @type {string} */ typed ) => readName( typed, nameRules );

/**
 * @param {string} html of the wiki's question
 * @return {string} its words; in a document of its own, where nothing is loaded and no script runs
 */
const textOf = ( html ) => new DOMParser().parseFromString( html, 'text/html' ).body.textContent || '';

/**
 * The languages a reader is likely to speak. English, at the end of every chain, is nobody's for that reason alone.
 *
 * @param {string} locale
 * @param {string[]} chain
 * @return {string[]} best first
 */
function ownLanguages( locale, chain ) {
	const browser = ( navigator.languages || [] ).map( ( code ) => code.toLowerCase() );
	return Array.from( new Set( [
		locale, locale.split( '-' )[ 0 ], ...browser, ...browser.map( ( code ) => code.split( '-' )[ 0 ] ), ...chain.filter( ( code ) => code !== 'en' )
	] ) );
}

const tabs = tabsOf( window );

/**
 * @return {Session}
 */
function newSession() {
	const locale = mw.config.get( 'wgUserLanguage' );
	const chain = mw.language.getFallbackLanguageChain();
	const config = readConfig();
	// Whom the wiki's operators can ask. MediaWiki before 1.44 knows no `userAgent`, and takes the header.
	const userAgent = 'peer-support-gadget/' + version + ( config ? ' (User:' + encodeURIComponent( config.bot ) + ')' : '' );
	return new Session( {
		api: new mw.Api( { userAgent, ajax: { headers: { 'Api-User-Agent': userAgent } } } ),
		config,
		wikiId: mw.config.get( 'wgWikiID' ),
		isHere: isHere( location.origin ),
		locale,
		chain,
		own: ownLanguages( locale, chain ),
		canSeal: !!( window.crypto && window.crypto.subtle && window.TextEncoder ),
		random: ( count ) => crypto.getRandomValues( new Uint8Array( count ) ),
		pause: ( milliseconds ) => new Promise( ( resolve ) => {
			setTimeout( resolve, milliseconds );
		} ),
		readCaptcha: ( value ) => readCaptcha( value, textOf, location.href ),
		nameRules,
		tabs
	} );
}

/**
 * @param {string} language of the words
 */
function show( language ) {
	dialog = dialog || new Dialog( newSession, language );
	dialog.open();
}

/**
 * Open the dialog, with nothing in it.
 *
 * @return {PromiseLike<void>} fails when the words do not load, and in a frame
 */
export function open() {
	if ( isFramed( window ) ) {
		return Promise.reject( new Error( 'not in a frame' ) );
	}
	const language = spokenIn( mw.language.getFallbackLanguageChain() );
	// Mostly there already: the entry asks for them together with this file.
	return mw.loader.using( wordsModule( language ) ).then( () => show( language ) );
}

// What a browser keeps of the page, to bring it back with Back or Forward, is without the form.
window.addEventListener( 'pagehide', () => {
	if ( dialog && !dialog.session.sending ) {
		shut( dialog );
	}
} );
