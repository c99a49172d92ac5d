/**
 * Who must not know: names that are neither offered the request nor told of it. They are brought to the wiki's form
 * and never looked up.
 */
import { el } from '../dom.js';
import { button, QUIET, saidHere, textLine } from '../controls.js';
import { MOST } from '../payload.js';
import { readName } from '../user-names.js';
import { digits, isolated, msg } from '../messages.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'avoid';

/** @return {string} */
export const title = () => msg( 'avoid-title' );

/**
 * Take what is in the field.
 *
 * @param {Session} session
 * @return {{problem?: string, name?: string, typed: string}}
 */
function take( session ) {
	const { draft } = session;
	const typed = session.halfName;
	const read = readName( typed, session.outside.nameRules );
	if ( !read.name ) {
		return { problem: read.problem, typed };
	}
	if ( !draft.avoid.includes( read.name ) ) {
		if ( draft.avoid.length >= MOST.avoid ) {
			return { problem: 'names-many', typed };
		}
		draft.avoid = draft.avoid.concat( read.name );
	}
	session.halfName = '';
	return { name: read.name, typed };
}

/**
 * A name that was typed and not added counts as added; one that cannot be one is said before the next step.
 *
 * @param {Session} session
 * @return {import('../types.js').Problem[]}
 */
export function finish( session ) {
	const { problem } = take( session );
	return problem && problem !== 'name-empty' ? [ { step: id, problem } ] : [];
}

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const { draft } = session;
	const said = saidHere( 'ps-avoid-said' );
	const list = el( 'ul', { id: 'ps-avoid-list', class: 'ps-names', 'aria-label': msg( 'avoid-list' ) } );
	const input = () => /** @type {HTMLInputElement} */ ( document.getElementById( 'ps-avoid' ) );
	const show = () => {
		list.replaceChildren( ...draft.avoid.map( ( name ) => el( 'li', {},
			el( 'bdi', {}, name ),
			el( 'button', {
				type: 'button',
				class: 'cdx-button ' + QUIET,
				'data-action': 'remove-name',
				'aria-label': msg( 'remove-name', isolated( name ) ),
				click() {
					draft.avoid = draft.avoid.filter( ( each ) => each !== name );
					show();
					said.textContent = msg( 'name-removed', isolated( name ) );
					input().focus();
				}
			}, msg( 'remove' ) )
		) ) );
		list.hidden = !draft.avoid.length;
	};
	const add = () => {
		const { problem, name, typed } = take( session );
		if ( problem ) {
			said.textContent = problem === 'name-empty' ? '' : msg( 'problem-' + problem, isolated( typed.trim() ), digits( MOST.avoid ) );
		} else {
			said.textContent = msg( 'name-added', isolated( name || '' ) );
			input().value = '';
		}
		show();
		input().focus();
	};
	show();
	return [
		el( 'p', {}, msg( 'avoid-help' ) ),
		textLine( {
			id: 'ps-avoid',
			label: msg( 'avoid-label' ),
			description: msg( 'avoid-about', digits( MOST.avoid ) ),
			value: session.halfName,
			change( value ) {
				session.halfName = value;
			},
			enter: add,
			beside: button( msg( 'add' ), 'add-name', add )
		} ),
		said,
		list
	];
}
