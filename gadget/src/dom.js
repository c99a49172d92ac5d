/**
 * Build elements. Text is always a text node: what an operator published, or anybody typed, is never markup.
 */

/** @typedef {(event: never) => unknown} Listener of whatever kind of event it is put on */

/** What is done when a listener fails. */
let whenBroken = () => {};

/**
 * @param {() => void} act shows the person that the fault is ours. Nothing that fails here leaves the form: an error
 *  that a wiki counts or logs would tell there that somebody asks for support.
 */
export function onFault( act ) {
	whenBroken = act;
}

/**
 * @param {Listener} listener may return a promise
 * @return {(event: Event) => void}
 */
const guarded = ( listener ) => ( event ) => {
	try {
		Promise.resolve( /** @type {(event: Event) => unknown} */ ( listener )( event ) ).catch( () => whenBroken() );
	} catch ( e ) {
		whenBroken();
	}
};

/**
 * On every field for people's own words: browsers send what is in a field to their makers, or to a translator, to check
 * its spelling, to go on writing, or to translate the page; and keep it to fill in forms and to restore tabs.
 */
export const OWN_WORDS = { autocomplete: 'off', spellcheck: 'false', translate: 'no', writingsuggestions: 'false' };

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Object<string, string|number|boolean|null|undefined|Listener>} [attributes] a function is a listener, true an empty
 *  attribute, null and false none
 * @param {...(Node|string|null)} children
 * @return {HTMLElementTagNameMap[Tag]} the element
 */
export function el( tag, attributes, ...children ) {
	const element = document.createElement( tag );
	Object.entries( attributes || {} ).forEach( ( [ name, value ] ) => {
		if ( typeof value === 'function' ) {
			element.addEventListener( name, guarded( value ) );
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
 * Words that may be of another language than the dialog's: read out, hyphenated and turned as that language is.
 *
 * @param {import('./types.js').Label} label
 * @return {HTMLElement}
 */
export const worded = ( label ) => el( 'span', { lang: label.lang || null, dir: 'auto' }, label.text );

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
 * @param {string|Node} text
 * @param {string} href checked by who calls
 * @return {HTMLElement} opens in a new tab, so that nothing typed is lost
 */
export const outLink = ( text, href ) => el( 'a', { href, target: '_blank', rel: 'noopener noreferrer' }, text );
