/**
 * Build elements. Text is always a text node: what an operator published, or anybody typed, is never markup.
 */

/**
 * @param {string} tag
 * @param {Object<string, any>} [attributes] a function is a listener, true an empty attribute, null and false none
 * @param {...(Node|string|null)} children
 * @return {any} the element
 */
export function el( tag, attributes, ...children ) {
	const element = document.createElement( tag );
	Object.entries( attributes || {} ).forEach( ( [ name, value ] ) => {
		if ( typeof value === 'function' ) {
			element.addEventListener( name, value );
		} else if ( value !== null && value !== false && value !== undefined ) {
			element.setAttribute( name, value === true ? '' : String( value ) );
		}
	} );
	children.forEach( ( child ) => {
		if ( child !== null && child !== undefined ) {
			element.appendChild( typeof child === 'string' ? document.createTextNode( child ) : child );
		}
	} );
	return element;
}

/**
 * @param {...(Node|string|null)} children
 * @return {HTMLElement}
 */
export const p = ( ...children ) => el( 'p', {}, ...children );

/**
 * @param {...(Node|null|false|'')} nodes
 * @return {Node[]} those that are there
 */
export const present = ( ...nodes ) => /** @type {Node[]} */ ( nodes.filter( ( node ) => !!node ) );

/**
 * @param {string} text
 * @param {string} href checked by who calls
 * @return {HTMLElement} opens in a new tab, so that nothing typed is lost
 */
export const outLink = ( text, href ) => el( 'a', { href, target: '_blank', rel: 'noopener noreferrer' }, text );
