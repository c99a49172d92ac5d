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
export const title = () => msg( 'peer-support-prefer-title' );

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
	const { published, draft, chain } = /** @type {import('../types.js').Ready} */ ( session );
	const order = Array.from( published.backgrounds.keys() );
	return [
		field( msg( 'peer-support-prefer-legend' ), true, msg( 'peer-support-prefer-help' ), ...order.map( ( background, at ) => checkbox( {
			id: 'ps-prefer-' + at,
			value: background,
			label: labelOf( published.backgrounds.get( background ), chain, background ),
			checked: draft.prefer.includes( background ),
			change( checked ) {
				draft.prefer = toggled( draft.prefer, background, checked );
			}
		} ) ) ),
		el( 'p', { id: 'ps-prefer-about' }, msg( 'peer-support-prefer-about' ) )
	];
}
