/**
 * What it is about; may stay empty.
 */
import { checkbox, field, toggled } from '../controls.js';
import { labelOf } from '../published.js';
import { msg } from '../messages.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'topics';

/** @return {string} */
export const title = () => msg( 'peer-support-topics-title' );

/**
 * @param {Session} session
 * @return {boolean}
 */
export const skip = ( session ) => !session.published || !session.published.topics.size;

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const { published, draft, chain } = /** @type {import('../types.js').Ready} */ ( session );
	const order = Array.from( published.topics.keys() );
	return [ field( msg( 'peer-support-topics-legend' ), true, msg( 'peer-support-topics-help' ), ...order.map( ( topic, at ) => checkbox( {
		id: 'ps-topic-' + at,
		value: topic,
		label: labelOf( published.topics.get( topic ), chain, topic ),
		checked: draft.topics.includes( topic ),
		change( checked ) {
			draft.topics = toggled( draft.topics, topic, checked );
		}
	} ) ) ) ];
}
