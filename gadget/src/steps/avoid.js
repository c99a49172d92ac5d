/**
 * Who must not know: names that are neither offered the request nor told of it. They are brought to the wiki's form
 * and never looked up.
 */
import { el } from '../dom.js';
import { button, QUIET, saidHere, textLine } from '../controls.js';
import { MOST } from '../payload.js';
import { readings, readName } from '../user-names.js';
import { digits, isolated, msg } from '../messages.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'avoid';

/** @return {string} */
export const title = () => msg( 'peer-support-avoid-title' );

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
	const avoid = Array.from( new Set( [ ...draft.avoid, ...readings( read.name, session.outside.nameRules ) ] ) );
	if ( avoid.length > MOST.avoid ) {
		return { problem: 'names-many', typed };
	}
	draft.avoid = avoid;
	session.halfName = '';
	return { name: read.name, typed };
}

/**
 * A name that was typed and not added counts as added; one that cannot be one is asked about.
 *
 * @param {Session} session
 * @return {import('../types.js').Problem[]}
 */
export function finish( session ) {
	const { problem, typed } = take( session );
	return problem && problem !== 'name-empty' ? [ { step: id, problem, half: typed.trim() } ] : [];
}

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const { draft } = session;
	const said = saidHere( 'ps-avoid-said' );
	const list = el( 'ul', { id: 'ps-avoid-list', class: 'ps-names', 'aria-label': msg( 'peer-support-avoid-list' ) } );
	const input = () => /** @type {HTMLInputElement} */ ( document.getElementById( 'ps-avoid' ) );
	const show = () => {
		list.replaceChildren( ...draft.avoid.map( ( name ) => el( 'li', {},
			el( 'bdi', { translate: 'no' }, name ),
			el( 'button', {
				type: 'button',
				class: 'cdx-button ' + QUIET,
				'data-action': 'remove-name',
				'aria-label': msg( 'peer-support-remove-name', isolated( name ) ),
				click() {
					draft.avoid = draft.avoid.filter( ( each ) => each !== name );
					show();
					said.textContent = msg( 'peer-support-name-removed', isolated( name ) );
					input().focus();
				}
			}, msg( 'peer-support-remove' ) )
		) ) );
		list.hidden = !draft.avoid.length;
	};
	const add = () => {
		const { problem, name, typed } = take( session );
		if ( problem ) {
			// The following messages are used here:
			// * peer-support-problem-name-address
			// * peer-support-problem-name-impossible
			// * peer-support-problem-names-many
			said.textContent = problem === 'name-empty' ? '' : msg( 'peer-support-problem-' + problem, isolated( typed.trim() ), digits( MOST.avoid ) );
		} else {
			said.textContent = msg( 'peer-support-name-added', isolated( name || '' ) );
			input().value = '';
		}
		show();
		input().focus();
	};
	show();
	return [
		el( 'p', {}, msg( 'peer-support-avoid-help' ) ),
		textLine( {
			id: 'ps-avoid',
			label: msg( 'peer-support-avoid-label' ),
			description: msg( 'peer-support-avoid-about', digits( MOST.avoid ) ),
			value: session.halfName,
			change( value ) {
				session.halfName = value;
			},
			enter: add,
			beside: button( msg( 'peer-support-add' ), 'add-name', add )
		} ),
		said,
		list
	];
}
