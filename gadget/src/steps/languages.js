/**
 * Which languages the supporter may write in.
 */
import { checkbox, field, toggled } from '../controls.js';
import { languagesInOrder } from '../published.js';
import { languageName, ownName } from '../language-names.js';
import { msg } from '../messages.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'languages';

/** @return {string} */
export const title = () => msg( 'languages-title' );

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const { published, draft, chain } = /** @type {any} */ ( session );
	const nameOf = ( /** @type {string} */ code ) => languageName( code, chain );
	const order = languagesInOrder( published, session.own, nameOf );
	return [ field( msg( 'languages-legend' ), false, msg( 'languages-help' ), ...order.map( ( code ) => {
		const name = nameOf( code );
		const own = ownName( code );
		return checkbox( {
			id: 'ps-language-' + code,
			value: code,
			label: own && own.toLowerCase() !== name.toLowerCase() ? name + ' – ' + own : name,
			description: msg( 'band-' + published.languages.get( code ) ),
			checked: draft.languages.includes( code ),
			change( checked ) {
				draft.languages = toggled( draft.languages, code, checked, order );
			}
		} );
	} ) ) ];
}
