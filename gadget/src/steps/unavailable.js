/**
 * No request can be taken: why, in plain words, what to do about it, and where else to turn.
 */
import { el, outLink, p } from '../dom.js';
import { msg } from '../messages.js';
import { turnList } from './turns.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'unavailable';

/** @return {string} */
export const title = () => msg( 'unavailable-title' );

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const { published, config, chain } = session;
	const page = published && published.helpPage || config && config.landing;
	return [
		el( 'p', { id: 'ps-why' }, msg( 'closed-' + session.why ) ),
		session.why === 'logged-out' ? p( outLink( msg( 'log-in' ), mw.util.getUrl( 'Special:UserLogin' ) ) ) : null,
		session.typed() ? p( msg( 'closed-kept' ) ) : null,
		el( 'h3', {}, msg( 'elsewhere-title' ) ),
		p( msg( 'danger' ) ),
		turnList( published ? published.whereToTurn : [], chain ),
		published && published.desk && published.askPrivately && session.why !== 'paused' ?
			p( msg( 'ask-privately' ), ' ', outLink( msg( 'ask-privately-link' ), published.desk + '/ask' ) ) : null,
		page ? p( outLink( msg( 'help-page' ), mw.util.getUrl( page ) ) ) : null
	].filter( ( node ) => node !== null );
}
