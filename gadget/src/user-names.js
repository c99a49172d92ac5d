/**
 * A name as people type or paste it, brought to the form of the wiki. Never looked up: the question itself would
 * tell the wiki's logs whom somebody is afraid of. Pure: the wiki's rules for titles are handed in; those of names are
 * the bot's, which reads the same file.
 */
import { invisible, likeAddress, never, spaces } from '../../bot/request/user_name_rules.json';
import { userNameBytes } from '../../bot/request/limits.json';

/** @typedef {{namespace: number, text: string, fragment: boolean}} Title */

/**
 * @typedef {Object} NameRules
 * @property {(text: string) => Title|null} titleOf reads text as the title of a user's page
 * @property {(text: string) => boolean} isAddress
 */

const USER = 2;
const USER_TALK = 3;
const SPECIAL = -1;

const INVISIBLE = new RegExp( invisible, 'gu' );
const SPACES = new RegExp( spaces, 'gu' );
const NEVER = new RegExp( never, 'u' );
const LIKE_ADDRESS = new RegExp( likeAddress, 'u' );

/**
 * @param {string} name
 * @return {boolean} whether an account can have it
 */
const possible = ( name ) => name !== '' && !NEVER.test( name ) && new TextEncoder().encode( name ).length <= userNameBytes;

/**
 * @param {string} tidy
 * @param {Title|null} title
 * @return {string} the name in the title of a user's page; empty when it is none
 */
function nameIn( tidy, title ) {
	if ( !title || title.fragment ) {
		return '';
	}
	if ( title.namespace === SPECIAL ) {
		// Special:Contributions/Name
		return title.text.includes( '/' ) ? title.text.slice( title.text.indexOf( '/' ) + 1 ) : '';
	}
	if ( title.namespace !== USER && title.namespace !== USER_TALK ) {
		return '';
	}
	// A link to a page below somebody's own.
	return /:/.test( tidy ) ? title.text.split( '/' )[ 0 ] : title.text;
}

/**
 * @param {string} typed
 * @param {NameRules} rules
 * @return {{name?: string, problem?: 'name-empty'|'name-address'|'name-impossible'}}
 */
export function readName( typed, rules ) {
	const tidy = typed.normalize( 'NFC' ).replace( INVISIBLE, '' ).replace( SPACES, ' ' ).trim().replace( /^\[\[([^\]|]+).*\]\]$/, '$1' );
	if ( !tidy || tidy === '@' ) {
		return { problem: 'name-empty' };
	}
	if ( rules.isAddress( tidy ) || LIKE_ADDRESS.test( tidy ) ) {
		return { problem: 'name-address' };
	}
	// A few old accounts begin with an at sign: the bot reads such a name with and without it.
	const name = nameIn( tidy, rules.titleOf( /:/.test( tidy ) ? tidy.replace( /^@/, '' ) : tidy ) );
	return possible( name ) ? { name } : { problem: 'name-impossible' };
}

/**
 * A few old accounts have a colon in their name; mostly it stands behind the short name of another wiki, which no
 * script here knows. Both readings count: one name too many hurts nobody.
 *
 * @param {string} name
 * @param {NameRules} rules
 * @return {string[]} the name, and the one behind its last colon
 */
export function readings( name, rules ) {
	const behind = name.includes( ':' ) ? readName( name.slice( name.lastIndexOf( ':' ) + 1 ), rules ).name : undefined;
	return behind ? [ name, behind ] : [ name ];
}
