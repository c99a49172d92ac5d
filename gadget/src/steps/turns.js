/**
 * Where else to turn, as a list.
 */
import { el, outLink } from '../dom.js';
import { labelOf } from '../published.js';

/**
 * @param {import('../types.js').Turn[]} turns
 * @param {string[]} chain languages of the reader
 * @return {HTMLElement|null}
 */
export function turnList( turns, chain ) {
	if ( !turns.length ) {
		return null;
	}
	return el( 'ul', { class: 'ps-turns' }, ...turns.map( ( turn ) => {
		const label = labelOf( turn.label, chain, turn.kind );
		if ( turn.mail ) {
			return el( 'li', {}, el( 'bdi', {}, label ), ': ', el( 'a', { href: 'mailto:' + turn.mail, dir: 'ltr' }, turn.mail ) );
		}
		return el( 'li', {}, turn.url ? outLink( label, turn.url ) : label );
	} ) );
}
