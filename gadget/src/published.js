/**
 * What the bot's public page offers, read with care: every value is text, unknown fields are left
 * alone, values of a wrong type are dropped.
 */

import { messageBytes } from '../../bot/request/limits.json';

/** @typedef {import('./types.js').Published} Published */
/** @typedef {import('./types.js').Labels} Labels */
/** @typedef {import('./types.js').Band} Band */

/** Channels that need no address, where an operator has not said which do: the wiki or the desk knows the way. */
const WITHOUT_ADDRESS = [ 'desk', 'wikimail', 'talk' ];

/**
 * @param {unknown} value
 * @param {number} [limit] longest text that makes sense here
 * @return {string} empty when it is no text
 */
const text = ( value, limit = 300 ) => typeof value === 'string' ? value.slice( 0, limit ) : '';

/**
 * @param {unknown} value
 * @return {Array<[string, unknown]>}
 */
const entries = ( value ) => value && typeof value === 'object' && !Array.isArray( value ) ?
	Object.entries( value ).slice( 0, 500 ) : [];

/**
 * @param {[string, unknown]} entry
 * @return {entry is [string, Band]}
 */
const isBand = ( entry ) => [ 'few', 'several', 'many' ].includes( text( entry[ 1 ] ) );

/**
 * @param {unknown} value
 * @return {Map<string, Band>}
 */
const bands = ( value ) => new Map( entries( value ).filter( isBand ) );

/**
 * @param {unknown} value
 * @return {string[]} each text once
 */
const texts = ( value ) => Array.from( new Set( Array.isArray( value ) ? value : [] ) ).filter( ( each ) => text( each ) );

/**
 * @param {unknown} value
 * @return {Labels}
 */
function labels( value ) {
	/** @type {Labels} */
	const found = Object.create( null );
	entries( value ).forEach( ( [ code, label ] ) => {
		if ( text( label ) ) {
			found[ code ] = text( label );
		}
	} );
	return found;
}

/**
 * @param {unknown} value ids with labels by language, or a list of ids
 * @return {Map<string, Labels>}
 */
function labelled( value ) {
	if ( Array.isArray( value ) ) {
		return new Map( texts( value ).map( ( id ) => [ id, labels( null ) ] ) );
	}
	return new Map( entries( value ).map( ( [ id, named ] ) => [ id, labels( named ) ] ) );
}

const HTTPS = /^https:\/\/[^\s"<>\\]+$/i;

/** Names of this machine, where nobody is on the way who could read. */
const HERE = '(?:localhost|[a-z0-9.-]+\\.localhost|127(?:\\.\\d{1,3}){3}|\\[::1\\])';
const HTTP_HERE = new RegExp( '^http://' + HERE + '(?::\\d+)?(?:[/?#][^\\s"<>\\\\]*)?$', 'i' );

/**
 * Whether an address is http on this very machine, as that of a wiki somebody tries this on.
 *
 * @param {string} address
 * @return {boolean}
 */
export const isHere = ( address ) => HTTP_HERE.test( address );

/**
 * A web address that may stand in a link: https alone, but on a wiki that is itself http on this machine.
 *
 * @param {unknown} value
 * @param {boolean} [here] the wiki is such a one
 * @return {string} empty when it is none
 */
export function webAddress( value, here ) {
	const address = text( value, 2000 );
	return HTTPS.test( address ) || here && isHere( address ) ? address : '';
}

/**
 * @param {unknown} value
 * @param {boolean} [here]
 * @return {string} no slash at its end; empty when it is none
 */
export const deskAddress = ( value, here ) => webAddress( value, here ).replace( /\/+$/, '' );

/**
 * @param {unknown} value
 * @param {boolean} [here]
 * @return {import('./types.js').Turn[]}
 */
function turns( value, here ) {
	return ( Array.isArray( value ) ? value : [] ).slice( 0, 50 )
		.filter( ( turn ) => turn && typeof turn === 'object' )
		.map( ( turn ) => ( {
			kind: text( turn.kind ),
			label: labels( turn.label ),
			mail: /^[^\s@"<>?&]+@[^\s@"<>?&]+$/.test( text( turn.mail ) ) ? text( turn.mail ) : '',
			url: webAddress( turn.url, here )
		} ) );
}

/**
 * @param {Object<string, unknown>} page the parsed JSON of the bot's public page
 * @param {boolean} [here] the wiki is http on this very machine
 * @return {Published}
 */
export function readPublished( page, here ) {
	const characters = page.message_characters;
	const channels = texts( page.channels ).slice( 0, 50 );
	const withAddress = Array.isArray( page.channel_address ) ? texts( page.channel_address ) :
		channels.filter( ( channel ) => !WITHOUT_ADDRESS.includes( channel ) );
	const resources = ( Array.isArray( page.resources ) ? page.resources : [] )
		.filter( ( /** @type {{for?: unknown}|null} */ one ) => one && one.for !== 'supporter' );
	const wait = text( page.usual_wait );
	return {
		intake: text( page.intake ),
		desk: deskAddress( page.desk, here ),
		askPrivately: page.ask_privately === true,
		messageCharacters: typeof characters === 'number' && Number.isInteger( characters ) && characters >= 0 ? Math.min( characters, messageBytes ) : 1000,
		languages: bands( page.languages ),
		reach: new Map( entries( page.reach ).map( ( [ code, reach ] ) => [ code, bands( reach ) ] ) ),
		channels,
		channelLabels: labelled( page.channel_labels ),
		channelReveals: labelled( page.channel_reveals ),
		channelAddress: withAddress,
		topics: labelled( page.topics ),
		backgrounds: labelled( page.backgrounds ),
		whereToTurn: turns( page.where_to_turn, here ),
		// Without an address there is nothing to open.
		resources: turns( resources, here ).filter( ( one ) => one.url || one.mail ),
		usualWait: [ 'hours', 'days', 'weeks' ].includes( wait ) ? wait : 'unknown'
	};
}

/**
 * A label in the best language there is, English last; an id without labels is its own label.
 *
 * @param {Labels|undefined} named
 * @param {string[]} chain the reader's language and what MediaWiki falls back to
 * @param {string} id
 * @return {import('./types.js').Label}
 */
export function labelOf( named, chain, id ) {
	const lang = named && [ ...chain, 'en' ].find( ( each ) => named[ each ] );
	return lang ? { text: /** @type {Labels} */ ( named )[ lang ], lang } : { text: id, lang: '' };
}

/**
 * The published languages, the reader's own first, then by name.
 *
 * @param {Published} published
 * @param {string[]} own codes the reader is likely to speak, best first
 * @param {(code: string) => string} nameOf
 * @return {string[]}
 */
export function languagesInOrder( published, own, nameOf ) {
	const rank = ( /** @type {string} */ code ) => {
		const at = own.indexOf( code );
		return at < 0 ? own.length : at;
	};
	return Array.from( published.languages.keys() )
		.sort( ( a, b ) => rank( a ) - rank( b ) || nameOf( a ).localeCompare( nameOf( b ) ) );
}
