/**
 * The first page: in danger, who helps now; who we are and are not. Asks nothing, and shows before the wiki answers.
 */
import { el, outLink, p } from '../dom.js';
import { notice } from '../controls.js';
import { msg } from '../messages.js';
import { turnList } from './turns.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'opening';

/** @return {string} */
export const title = () => msg( 'opening-title' );

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const published = session.published;
	const emergency = published ? published.whereToTurn.filter( ( turn ) => turn.kind === 'emergency' ) : [];
	const others = published ? published.whereToTurn.filter( ( turn ) => turn.kind !== 'emergency' ) : [];
	return [
		notice( 'warning', el( 'h3', {}, msg( 'danger-title' ) ), p( msg( 'danger' ) ), turnList( emergency, session.chain ) ),
		p( msg( 'what' ) ),
		p( msg( 'limits' ) ),
		published ? p( msg( 'wait-' + published.usualWait ) ) : null,
		others.length ? el( 'h3', {}, msg( 'elsewhere-title' ) ) : null,
		turnList( others, session.chain ),
		published && published.desk && published.askPrivately ?
			p( msg( 'ask-privately' ), ' ', outLink( msg( 'ask-privately-link' ), published.desk + '/ask' ) ) : null,
		el( 'p', { class: 'ps-small' }, msg( 'leave-about' ) ),
		el( 'p', { class: 'ps-small', role: 'status' }, session.state === 'asking' ? msg( 'asking' ) : '' )
	].filter( ( node ) => node !== null );
}
