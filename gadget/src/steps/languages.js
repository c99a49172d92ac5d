/**
 * Which languages the supporter may write in: those that somebody speaks, the reader's own first; any other by name.
 */
import { el } from '../dom.js';
import { button, checkbox, field, saidHere, textLine, toggled } from '../controls.js';
import { languagesInOrder } from '../published.js';
import { languageName, ownName } from '../language-names.js';
import { findLanguage, knownLanguages } from '../language-codes.js';
import { msg } from '../messages.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'languages';

/** @return {string} */
export const title = () => msg( 'languages-title' );

/**
 * @param {string} name in the reader's language
 * @param {string} own in itself
 * @return {string} both, where they differ
 */
const bothNames = ( name, own ) => own && own.toLowerCase() !== name.toLowerCase() ? name + ' – ' + own : name;

/**
 * @param {string} code
 * @param {Session} session
 * @return {HTMLElement}
 */
function box( code, session ) {
	const { draft, chain } = session;
	const published = /** @type {import('../types.js').Published} */ ( session.published );
	const name = languageName( code, chain );
	return checkbox( {
		id: 'ps-language-' + code,
		value: code,
		label: bothNames( name, ownName( code ) ),
		description: msg( 'band-' + ( published.languages.get( code ) || 'none' ) ),
		checked: draft.languages.includes( code ),
		change( checked ) {
			draft.languages = toggled( draft.languages, code, checked );
		}
	} );
}

/**
 * @param {Session} session
 * @param {HTMLElement} boxes
 * @return {Node[]} the field in which any language can be asked for
 */
function search( session, boxes ) {
	const published = /** @type {import('../types.js').Published} */ ( session.published );
	const known = knownLanguages( session.chain, Array.from( published.languages.keys() ) );
	const said = saidHere( 'ps-language-said' );
	const list = el( 'datalist', { id: 'ps-language-names' }, ...known.map( ( { name, own } ) => el( 'option', { value: bothNames( name, own ) } ) ) );
	const add = () => {
		const input = /** @type {HTMLInputElement} */ ( document.getElementById( 'ps-language-search' ) );
		const code = findLanguage( input.value, known );
		if ( !code ) {
			said.textContent = input.value.trim() ? msg( 'language-unknown' ) : '';
			return;
		}
		if ( !session.draft.languages.includes( code ) ) {
			session.draft.languages = toggled( session.draft.languages, code, true );
		}
		const there = /** @type {HTMLInputElement|null} */ ( document.getElementById( 'ps-language-' + code ) );
		if ( there ) {
			there.checked = true;
		} else {
			boxes.appendChild( box( code, session ) );
		}
		input.value = '';
		said.textContent = msg( published.languages.has( code ) ? 'language-added' : 'language-asked', languageName( code, session.chain ) );
	};
	return [
		textLine( {
			id: 'ps-language-search',
			label: msg( 'language-search' ),
			description: msg( 'language-search-about' ),
			value: '',
			list: 'ps-language-names',
			enter: add,
			beside: button( msg( 'add' ), 'add-language', add )
		} ),
		list,
		said
	];
}

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const published = /** @type {import('../types.js').Published} */ ( session.published );
	const order = languagesInOrder( published, session.own, ( code ) => languageName( code, session.chain ) );
	// What was asked for stays in sight, also when it was taken out again.
	session.asked = Array.from( new Set( [ ...session.asked, ...session.draft.languages ] ) )
		.filter( ( code ) => !published.languages.has( code ) );
	const boxes = el( 'div', { id: 'ps-languages' }, ...[ ...order, ...session.asked ].map( ( code ) => box( code, session ) ) );
	const spoken = session.own.some( ( code ) => published.languages.has( code ) );
	return [
		...( spoken ? [] : [ el( 'p', { id: 'ps-none-own' }, msg( 'languages-none-own', languageName( session.own[ 0 ], session.chain ) ) ) ] ),
		field( msg( 'languages-legend' ), false, msg( 'languages-help' ), boxes ),
		...search( session, boxes )
	];
}
