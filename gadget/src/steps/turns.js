/**
 * Where else to turn, as lists; and the ways that lead away from the wiki.
 */
import { el, outLink, p, worded } from '../dom.js';
import { labelOf } from '../published.js';
import { msg } from '../messages.js';

/** @typedef {import('../types.js').Turn} Turn */

/**
 * @param {Turn[]} turns
 * @param {string[]} chain languages of the reader
 * @return {HTMLElement|null}
 */
export function turnList( turns, chain ) {
	if ( !turns.length ) {
		return null;
	}
	return el( 'ul', { class: 'ps-turns' }, ...turns.map( ( turn ) => {
		const label = labelOf( turn.label, chain, turn.kind || turn.mail || turn.url || '' );
		if ( turn.mail ) {
			return el( 'li', {}, worded( label ), ': ', el( 'a', { href: 'mailto:' + turn.mail, dir: 'ltr' }, turn.mail ) );
		}
		return el( 'li', {}, turn.url ? outLink( worded( label ), turn.url ) : worded( label ) );
	} ) );
}

/**
 * @param {import('../types.js').Published|null} published
 * @return {{emergency: Turn[], report: Turn[], health: Turn[]}}
 */
export function sorted( published ) {
	const all = published ? published.whereToTurn : [];
	return {
		emergency: all.filter( ( turn ) => turn.kind === 'emergency' ),
		report: all.filter( ( turn ) => turn.kind !== 'emergency' && turn.kind !== 'health' ),
		health: all.filter( ( turn ) => turn.kind === 'health' ).concat( published ? published.resources : [] )
	};
}

/**
 * @param {import('../types.js').Published|null} published
 * @return {string} where the desk takes requests that leave no edit; empty where it takes none
 */
export const askAddress = ( published ) => published && published.desk && published.askPrivately ? published.desk + '/ask' : '';

/**
 * @param {import('../types.js').Published} published
 * @return {string} how long it usually takes
 */
export function waitWords( published ) {
	// The following messages are used here:
	// * peer-support-wait-hours
	// * peer-support-wait-days
	// * peer-support-wait-weeks
	// * peer-support-wait-unknown
	return msg( 'peer-support-wait-' + published.usualWait );
}

/**
 * @param {import('../session.js').Session} session
 * @return {HTMLElement|null} the way that still works when the wiki's does not; it begins with a Wikimail
 */
export function privateWay( session ) {
	const address = askAddress( session.published );
	const { account } = session;
	return address && ( !account || account.emailable || !account.id ) ? p( msg( 'peer-support-ask-privately' ), ' ', outLink( msg( 'peer-support-ask-privately-link' ), address ) ) : null;
}
