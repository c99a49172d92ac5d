/**
 * Somebody who …: a wish for the supporter's background; may stay empty.
 */
import { el } from '../dom.js';
import { checkbox, field, toggled } from '../controls.js';
import { labelOf } from '../published.js';
import { msg } from '../messages.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'prefer';

/** @return {string} */
export const title = () => msg( 'prefer-title' );

/**
 * @param {Session} session
 * @return {boolean}
 */
export const skip = ( session ) => !session.published || !session.published.backgrounds.size;

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const { published, draft, chain } = /** @type {any} */ ( session );
	const order = /** @type {string[]} */ ( Array.from( published.backgrounds.keys() ) );
	return [
		field( msg( 'prefer-legend' ), true, msg( 'prefer-help' ), ...order.map( ( background, at ) => checkbox( {
			id: 'ps-prefer-' + at,
			value: background,
			label: labelOf( published.backgrounds.get( background ), chain, background ),
			checked: draft.prefer.includes( background ),
			change( checked ) {
				draft.prefer = toggled( draft.prefer, background, checked );
			}
		} ) ) ),
		el( 'p', { id: 'ps-prefer-about' }, msg( 'prefer-about' ) )
	];
}
