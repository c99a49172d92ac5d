/**
 * The gadget `peer-support`: a link in the tools menu and the landing page's button. Everything else is loaded
 * when one of them is pressed.
 */
import en from '../i18n/en.json';
import ar from '../i18n/ar.json';
import de from '../i18n/de.json';
import es from '../i18n/es.json';
import fr from '../i18n/fr.json';
import { isFramed } from './framed.js';
import { spokenIn, wordsModule } from './languages.js';

/** @type {Object<string, Partial<typeof en>>} the build keeps only the `entry` messages in this file */
const ENTRY = { en, ar, de, es, fr };

/** @return {string} the language of the words; what the wiki falls back to is not known here, and is settled later */
function language() {
	const code = mw.config.get( 'wgUserLanguage' );
	return spokenIn( [ code, code.split( '-' )[ 0 ] ] );
}

/**
 * @param {Exclude<keyof typeof en, '@metadata'>} key
 * @return {string}
 */
const words = ( key ) => Object.assign( {}, en, ENTRY[ language() ] )[ key ];

let loading = false;

/**
 * Only by a press on this very page: an address that opened it would take one of the presses away that stand between
 * somebody and an edit under their name.
 *
 * @param {Event} event
 */
function open( event ) {
	event.preventDefault();
	if ( loading ) {
		return;
	}
	loading = true;
	mw.loader.using( [ 'ext.gadget.peer-support-dialog', wordsModule( language() ) ] ).then(
		( require ) => require( 'ext.gadget.peer-support-dialog' ).open()
	).then( null, () => mw.notify( words( 'peer-support-entry-failed' ), { type: 'error' } ) ).then( () => {
		loading = false;
	} );
}

/** @return {string} where the link leads without a script, or in a new tab */
function landing() {
	try {
		// @ts-expect-error The operator's `publish` writes this page; it is no file here.
		return mw.util.getUrl( require( './peer-support-config.js' ).landing );
	} catch ( e ) {
		return '#';
	}
}

function addLink() {
	// Minerva has no tools menu.
	const menu = mw.config.get( 'skin' ) === 'minerva' ? 'p-navigation' : 'p-tb';
	const link = mw.util.addPortletLink( menu, landing(), words( 'peer-support-entry-link' ), 't-peer-support', words( 'peer-support-entry-tooltip' ) );
	const anchor = link && link.querySelector( 'a' );
	if ( anchor && isFramed( window ) ) {
		// To the landing page, as a page of its own.
		anchor.setAttribute( 'target', '_blank' );
		anchor.setAttribute( 'rel', 'noopener' );
	} else if ( anchor ) {
		anchor.setAttribute( 'data-action', 'open' );
		anchor.addEventListener( 'click', ( event ) => {
			if ( !event.ctrlKey && !event.metaKey && !event.shiftKey ) {
				open( event );
			}
		} );
	}
}

/**
 * A page that carries an element of class `peer-support-ask` gets a button there.
 *
 * @param {JQuery} $content
 */
function addButtons( $content ) {
	const places = $content.find( '.peer-support-ask' ).addBack( '.peer-support-ask' ).get().filter( ( place ) => !place.querySelector( '[data-action=open]' ) );
	places.forEach( ( place ) => {
		const button = document.createElement( 'button' );
		button.type = 'button';
		button.className = 'cdx-button cdx-button--action-progressive cdx-button--weight-primary';
		button.style.minHeight = '44px';
		// Codex keeps a button on one line, which some languages' words leave on a narrow screen.
		button.style.maxWidth = '100%';
		button.style.whiteSpace = 'normal';
		button.setAttribute( 'data-action', 'open' );
		button.textContent = words( 'peer-support-entry-button' );
		button.addEventListener( 'click', open );
		place.textContent = '';
		place.appendChild( button );
	} );
	if ( places.length ) {
		mw.loader.load( 'codex-styles' );
	}
}

let begun = false;

// Also what comes later, such as a preview, or a page that an editor has saved in place.
mw.hook( 'wikipage.content' ).add( ( /** @type {JQuery} */ $content ) => {
	if ( !isFramed( window ) ) {
		addButtons( $content );
	}
	if ( begun ) {
		return;
	}
	begun = true;
	addLink();
	if ( /[?&]withgadget=peer-support(&|$)/.test( location.search ) ) {
		// That address has loaded the gadget for who has not switched it on; the next press opens it.
		const first = document.querySelector( 'button[data-action=open]' );
		if ( first ) {
			/** @type {HTMLElement} */ ( first ).focus();
		}
	}
} );
