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
export const title = () => msg( 'peer-support-languages-title' );

/**
 * @param {string} name in the reader's language
 * @param {string} own in itself
 * @return {string} both, where they differ
 */
const bothNames = ( name, own ) => own && own.toLowerCase() !== name.toLowerCase() ? name + ' – ' + own : name;

/**
 * @param {string} name in the reader's language
 * @param {string} own in itself
 * @param {string} code
 * @return {HTMLElement} both, where they differ, each as its language is read
 */
function bothNamed( name, own, code ) {
	const label = el( 'span', {}, el( 'span', { dir: 'auto' }, name ) );
	if ( bothNames( name, own ) !== name ) {
		label.append( ' – ', el( 'span', { lang: code, dir: 'auto' }, own ) );
	}
	return label;
}

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
		label: bothNamed( name, ownName( code ), code ),
		// The following messages are used here:
		// * peer-support-band-none
		// * peer-support-band-few
		// * peer-support-band-several
		// * peer-support-band-many
		description: { text: msg( 'peer-support-band-' + ( published.languages.get( code ) || 'none' ) ), lang: '' },
		checked: draft.languages.includes( code ),
		change( checked ) {
			draft.languages = toggled( draft.languages, code, checked );
		}
	} );
}

/**
 * @param {Session} session
 * @return {import('../language-codes.js').Named[]}
 */
function knownTo( session ) {
	const published = /** @type {import('../types.js').Published} */ ( session.published );
	return knownLanguages( session.chain, Array.from( published.languages.keys() ) );
}

/**
 * Take what is in the field.
 *
 * @param {Session} session
 * @return {string} the code; empty where nothing fits, and the field then stays as it is
 */
function take( session ) {
	const code = findLanguage( session.halfLanguage, knownTo( session ) );
	if ( code ) {
		session.halfLanguage = '';
		if ( !session.draft.languages.includes( code ) ) {
			session.draft.languages = toggled( session.draft.languages, code, true );
		}
	}
	return code;
}

/**
 * A language that was typed and not added counts as added; a name that nothing fits is asked about.
 *
 * @param {Session} session
 * @return {import('../types.js').Problem[]}
 */
export function finish( session ) {
	const half = session.halfLanguage.trim();
	return half && !take( session ) ? [ { step: id, problem: 'language-unknown', half } ] : [];
}

/**
 * @param {Session} session
 * @param {HTMLElement} boxes
 * @return {Node[]} the field in which any language can be asked for
 */
function search( session, boxes ) {
	const published = /** @type {import('../types.js').Published} */ ( session.published );
	const said = saidHere( 'ps-language-said' );
	const list = el( 'datalist', { id: 'ps-language-names' }, ...knownTo( session ).map( ( { name, own } ) => el( 'option', { value: bothNames( name, own ) } ) ) );
	const add = () => {
		const input = /** @type {HTMLInputElement} */ ( document.getElementById( 'ps-language-search' ) );
		const code = take( session );
		if ( !code ) {
			said.textContent = session.halfLanguage.trim() ? msg( 'peer-support-language-unknown' ) : '';
			return;
		}
		const there = /** @type {HTMLInputElement|null} */ ( document.getElementById( 'ps-language-' + code ) );
		if ( there ) {
			there.checked = true;
		} else {
			boxes.appendChild( box( code, session ) );
		}
		input.value = '';
		said.textContent = msg( published.languages.has( code ) ? 'peer-support-language-added' : 'peer-support-language-asked', languageName( code, session.chain ) );
	};
	return [
		textLine( {
			id: 'ps-language-search',
			label: msg( 'peer-support-language-search' ),
			description: msg( 'peer-support-language-search-about' ),
			value: session.halfLanguage,
			list: 'ps-language-names',
			change( value ) {
				session.halfLanguage = value;
			},
			enter: add,
			beside: button( msg( 'peer-support-add' ), 'add-language', add )
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
		...( spoken ? [] : [ el( 'p', { id: 'ps-none-own' }, msg( 'peer-support-languages-none-own', languageName( session.own[ 0 ], session.chain ) ) ) ] ),
		field( msg( 'peer-support-languages-legend' ), false, msg( 'peer-support-languages-help' ), boxes ),
		...search( session, boxes )
	];
}
