/**
 * Controls in Codex's CSS-only markup, with the names that tests and screen readers hold on to.
 */
import { el, outLink, OWN_WORDS, worded } from './dom.js';
import { msg } from './messages.js';

/** @typedef {import('./types.js').Label} Label */

/**
 * @param {string} text
 * @param {string} action value of `data-action`
 * @param {(event: Event) => void} press
 * @param {string} [look] further classes
 * @return {HTMLButtonElement}
 */
export function button( text, action, press, look ) {
	return el( 'button', { type: 'button', class: 'cdx-button ' + ( look || '' ), 'data-action': action, click: press }, text );
}

export const PRIMARY = 'cdx-button--action-progressive cdx-button--weight-primary';
export const QUIET = 'cdx-button--weight-quiet';

/**
 * @param {'notice'|'warning'|'error'|'success'} kind
 * @param {...(Node|string|null)} children
 * @return {HTMLElement}
 */
export function notice( kind, ...children ) {
	return el( 'div', { class: 'cdx-message cdx-message--block cdx-message--' + kind },
		// No language: Codex 1.14 gives every kind of message the same sign in Arabic.
		el( 'span', { class: 'cdx-message__icon', lang: 'zxx' } ),
		el( 'div', { class: 'cdx-message__content' }, ...children )
	);
}

/**
 * @param {Object} box
 * @param {string} box.id
 * @param {string} box.value
 * @param {Label|HTMLElement} box.label
 * @param {Label} [box.description]
 * @param {boolean} box.checked
 * @param {boolean} [box.disabled]
 * @param {(checked: boolean) => void} box.change
 * @return {HTMLElement}
 */
export function checkbox( box ) {
	const { description } = box;
	const about = description && description.text ? box.id + '-about' : null;
	/** @type {HTMLInputElement} */
	const input = el( 'input', {
		type: 'checkbox',
		id: box.id,
		class: 'cdx-checkbox__input',
		value: box.value,
		disabled: !!box.disabled,
		'aria-describedby': about,
		change: () => box.change( input.checked )
	} );
	input.checked = box.checked;
	return el( 'div', { class: 'cdx-checkbox' },
		el( 'div', { class: 'cdx-checkbox__wrapper' },
			input,
			el( 'span', { class: 'cdx-checkbox__icon' } ),
			el( 'div', { class: 'cdx-checkbox__label cdx-label' },
				el( 'label', { class: 'cdx-label__label', for: box.id },
					el( 'span', { class: 'cdx-label__label__text' }, 'text' in box.label ? worded( box.label ) : box.label ) ),
				about && description ? el( 'span', { class: 'cdx-label__description', id: about }, worded( description ) ) : null
			)
		)
	);
}

/**
 * A group of controls under one name.
 *
 * @param {string} legend
 * @param {boolean} optional
 * @param {string|null} help
 * @param {...Node} children
 * @return {HTMLElement}
 */
export function field( legend, optional, help, ...children ) {
	return el( 'fieldset', { class: 'cdx-field' },
		el( 'legend', { class: 'cdx-label' },
			el( 'span', { class: 'cdx-label__label' },
				el( 'span', { class: 'cdx-label__label__text' }, legend ),
				optional ? el( 'span', { class: 'cdx-label__label__optional-flag' }, ' ' + msg( 'peer-support-optional' ) ) : null ),
			help ? el( 'span', { class: 'cdx-label__description' }, help ) : null
		),
		el( 'div', { class: 'cdx-field__control' }, ...children )
	);
}

/**
 * A line of text with its label.
 *
 * @param {Object} line
 * @param {string} line.id
 * @param {string} line.label
 * @param {string} line.value
 * @param {string} [line.description]
 * @param {boolean} [line.readonly]
 * @param {string} [line.list] id of a <datalist>
 * @param {(value: string) => void} [line.change]
 * @param {() => void} [line.enter] what Enter does
 * @param {Node} [line.beside] a button
 * @return {HTMLElement}
 */
export function textLine( line ) {
	const about = line.description ? line.id + '-about' : null;
	/** @type {HTMLInputElement} */
	const input = el( 'input', Object.assign( {}, OWN_WORDS, {
		type: 'text',
		id: line.id,
		class: 'cdx-text-input__input',
		dir: 'auto',
		readonly: !!line.readonly,
		list: line.list,
		'aria-describedby': about,
		input: () => line.change && line.change( input.value ),
		keydown( /** @type {KeyboardEvent} */ event ) {
			if ( event.key === 'Enter' && line.enter && !event.isComposing ) {
				event.preventDefault();
				line.enter();
			}
		}
	} ) );
	input.value = line.value;
	return el( 'div', { class: 'cdx-field ps-line' },
		el( 'div', { class: 'cdx-label' },
			el( 'label', { class: 'cdx-label__label', for: line.id },
				el( 'span', { class: 'cdx-label__label__text' }, line.label ) ),
			about && el( 'span', { class: 'cdx-label__description', id: about }, line.description || '' )
		),
		el( 'div', { class: 'ps-beside' }, el( 'div', { class: 'cdx-text-input' }, input ), line.beside || null )
	);
}

/**
 * Add a value at the end of a list, or take it out: what was chosen first stays first.
 *
 * @param {string[]} list
 * @param {string} value
 * @param {boolean} there
 * @return {string[]}
 */
export const toggled = ( list, value, there ) => list.filter( ( each ) => each !== value ).concat( there ? [ value ] : [] );

/**
 * A link that looks like a button, and opens in a new tab, so that nothing typed is lost.
 *
 * @param {string} text
 * @param {string} action value of `data-action`
 * @param {string} href checked by who calls
 * @return {HTMLElement}
 */
export function linkButton( text, action, href ) {
	const link = outLink( text, href );
	link.className = 'cdx-button cdx-button--fake-button cdx-button--fake-button--enabled';
	link.setAttribute( 'data-action', action );
	return link;
}

/**
 * A place where something is said later, which screen readers then read out.
 *
 * @param {string} id
 * @return {HTMLElement}
 */
export const saidHere = ( id ) => el( 'p', { id, class: 'ps-small', role: 'status' } );

/**
 * What is read only by who wants to: closed at first.
 *
 * @param {string} name value of `data-part`
 * @param {string} title
 * @param {...(Node|null)} children
 * @return {HTMLElement}
 */
export const more = ( name, title, ...children ) => el( 'details', { class: 'ps-more', 'data-part': name }, el( 'summary', {}, title ), ...children );
