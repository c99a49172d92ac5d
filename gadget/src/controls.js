/**
 * Controls in Codex's CSS-only markup, with the names that tests and screen readers hold on to.
 */
import { el } from './dom.js';
import { msg } from './messages.js';

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
	return el( 'div', { class: 'cdx-message cdx-message--block cdx-message--' + kind, role: kind === 'error' ? 'alert' : null },
		// No language: Codex 1.14 gives every kind of message the same sign in Arabic.
		el( 'span', { class: 'cdx-message__icon', lang: 'zxx' } ),
		el( 'div', { class: 'cdx-message__content' }, ...children )
	);
}

/**
 * @param {Object} box
 * @param {string} box.id
 * @param {string} box.value
 * @param {string} box.label
 * @param {string} [box.description]
 * @param {boolean} box.checked
 * @param {boolean} [box.disabled]
 * @param {(checked: boolean) => void} box.change
 * @return {HTMLElement}
 */
export function checkbox( box ) {
	const about = box.description ? box.id + '-about' : null;
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
					el( 'span', { class: 'cdx-label__label__text', dir: 'auto' }, box.label ) ),
				about && el( 'span', { class: 'cdx-label__description', id: about }, box.description || '' )
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
				optional ? el( 'span', { class: 'cdx-label__label__optional-flag' }, ' ' + msg( 'optional' ) ) : null ),
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
 * @param {(value: string) => void} [line.change]
 * @return {HTMLElement}
 */
export function textLine( line ) {
	const about = line.description ? line.id + '-about' : null;
	const input = el( 'input', {
		type: 'text',
		id: line.id,
		class: 'cdx-text-input__input',
		autocomplete: 'off',
		spellcheck: 'false',
		dir: 'auto',
		readonly: !!line.readonly,
		'aria-describedby': about,
		input: () => line.change && line.change( input.value )
	} );
	input.value = line.value;
	return el( 'div', { class: 'cdx-field ps-line' },
		el( 'div', { class: 'cdx-label' },
			el( 'label', { class: 'cdx-label__label', for: line.id },
				el( 'span', { class: 'cdx-label__label__text' }, line.label ) ),
			about && el( 'span', { class: 'cdx-label__description', id: about }, line.description || '' )
		),
		el( 'div', { class: 'cdx-text-input' }, input )
	);
}

/**
 * Add or take a value out of a list, in the order of all values.
 *
 * @param {string[]} list
 * @param {string} value
 * @param {boolean} there
 * @param {string[]} order
 * @return {string[]}
 */
export function toggled( list, value, there, order ) {
	const wanted = list.filter( ( each ) => each !== value ).concat( there ? [ value ] : [] );
	return order.filter( ( each ) => wanted.includes( each ) );
}
