/**
 * A name as people type or paste it, brought to the form of the wiki. Never looked up: the question itself would
 * tell the wiki's logs whom somebody is afraid of. Pure: the wiki's rules for titles are handed in.
 */

/** @typedef {{namespace: number, text: string, fragment: boolean}} Title */

/**
 * @typedef {Object} NameRules
 * @property {(text: string) => Title|null} titleOf reads text as the title of a user's page
 * @property {(text: string) => boolean} isAddress
 */

const USER = 2;
const USER_TALK = 3;
const SPECIAL = -1;

/** Marks of direction and of no width, which come along when a name is copied from a page. */
const INVISIBLE = /[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff]/g;

/** What no account can have; the reader of requests refuses the same. */
// eslint-disable-next-line no-control-regex
const NEVER = /[\u0000-\u001f\u007f-\u009f#<>[\]|{}/:\ue000-\uf8ff\ufffd]|[\u200c-\u200d]|~~~|&[^\W_]+;/;

/**
 * @param {string} typed
 * @param {NameRules} rules
 * @return {{name?: string, problem?: 'name-empty'|'name-address'|'name-impossible'}}
 */
export function readName( typed, rules ) {
	const tidy = typed.replace( INVISIBLE, '' ).replace( /[\s_]+/g, ' ' ).trim().replace( /^\[\[([^\]|]+).*\]\]$/, '$1' ).replace( /^@/, '' );
	if ( !tidy ) {
		return { problem: 'name-empty' };
	}
	if ( rules.isAddress( tidy ) ) {
		return { problem: 'name-address' };
	}
	const title = rules.titleOf( tidy );
	if ( !title || title.fragment ) {
		return { problem: 'name-impossible' };
	}
	let name = title.text;
	if ( title.namespace === SPECIAL ) {
		// Special:Contributions/Name
		name = name.slice( name.indexOf( '/' ) + 1 );
	} else if ( title.namespace !== USER && title.namespace !== USER_TALK ) {
		return { problem: 'name-impossible' };
	} else if ( /:/.test( tidy ) ) {
		// A link to a page below somebody's own.
		name = name.split( '/' )[ 0 ];
	}
	return !name || NEVER.test( name ) || title.namespace === SPECIAL && !title.text.includes( '/' ) ? { problem: 'name-impossible' } : { name };
}
