/**
 * The hidden gadget `peer-support-dialog`: what the entry loads when somebody opens it. Wires everything.
 */
import { Session } from './session.js';
import { Dialog } from './dialog.js';
import { fillMessages, spokenIn } from './messages.js';

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

/**
 * @return {Session}
 */
function newSession() {
	const locale = mw.config.get( 'wgUserLanguage' );
	const chain = mw.language.getFallbackLanguageChain();
	const browser = ( navigator.languages || [] ).map( ( code ) => code.toLowerCase() );
	return new Session( {
		api: new mw.Api(),
		config: readConfig(),
		wikiId: mw.config.get( 'wgWikiID' ),
		locale,
		chain,
		own: [ locale, ...browser, ...browser.map( ( code ) => code.split( '-' )[ 0 ] ), ...chain ],
		refusesMail: Number( mw.user.options.get( 'disablemail' ) ) === 1,
		canSeal: !!( window.crypto && window.crypto.subtle && window.TextEncoder ),
		random: ( count ) => crypto.getRandomValues( new Uint8Array( count ) ),
		pause: ( milliseconds ) => new Promise( ( resolve ) => {
			setTimeout( resolve, milliseconds );
		} )
	} );
}

/** Open the dialog, with what was typed before if it was only closed. */
export function open() {
	const language = spokenIn( mw.language.getFallbackLanguageChain() );
	if ( !dialog ) {
		fillMessages( language );
		dialog = new Dialog( newSession(), language );
	} else if ( dialog.session.over ) {
		dialog.session = newSession();
	}
	dialog.open();
}
