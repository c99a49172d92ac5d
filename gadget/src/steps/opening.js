/**
 * The first page: in danger, who helps now; who we are and are not; where to report; what helps with stress. It
 * interrupts and asks nothing, and shows before the wiki answers.
 */
import { el, p, present } from '../dom.js';
import { more, notice } from '../controls.js';
import { msg } from '../messages.js';
import { keptLink } from './kept.js';
import { sorted, turnList, waitWords } from './turns.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'opening';

/** @return {string} */
export const title = () => msg( 'peer-support-opening-title' );

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const { published, chain } = session;
	const { emergency, report, health } = sorted( published );
	return present(
		notice( 'warning', el( 'h3', {}, msg( 'peer-support-danger-title' ) ), p( msg( 'peer-support-danger' ) ), turnList( emergency, chain ) ),
		keptLink( session ),
		el( 'p', { id: 'ps-what' }, msg( 'peer-support-what' ) ),
		el( 'p', { id: 'ps-limits' }, msg( 'peer-support-limits' ) ),
		published && el( 'p', { id: 'ps-wait' }, waitWords( published ) ),
		report.length && more( 'report', msg( 'peer-support-report-title' ), p( msg( 'peer-support-report' ) ), turnList( report, chain ) ) || null,
		health.length && more( 'stress', msg( 'peer-support-stress-title' ), turnList( health, chain ) ) || null,
		el( 'p', { id: 'ps-leave-about', class: 'ps-small' }, msg( 'peer-support-leave-about' ) ),
		el( 'p', { class: 'ps-small', role: 'status' }, session.state === 'asking' ? msg( 'peer-support-asking' ) : '' )
	);
}
