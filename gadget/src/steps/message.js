/**
 * A few words, or none.
 */
import { el } from '../dom.js';
import { bytesOf, charactersOf, MOST } from '../payload.js';
import { msg } from '../messages.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'message';

/** @return {string} */
export const title = () => msg( 'message-title' );

/**
 * @param {Session} session
 * @return {boolean}
 */
export const skip = ( session ) => !session.published || session.published.messageCharacters === 0;

/**
 * How much room is left, honestly for every script: letters outside ASCII take two to four bytes.
 *
 * @param {string} text
 * @param {number} most characters
 * @return {string}
 */
export function room( text, most ) {
	const characters = most - charactersOf( text );
	const bytes = MOST.messageBytes - bytesOf( text );
	if ( characters < 0 || bytes < 0 ) {
		return msg( 'message-over' );
	}
	return bytes < characters ?
		msg( 'message-left-bytes', mw.language.convertNumber( bytes ), bytes ) :
		msg( 'message-left', mw.language.convertNumber( characters ), characters );
}

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const { published, draft } = /** @type {any} */ ( session );
	const count = el( 'span', { id: 'ps-message-count', class: 'cdx-field__help-text' }, room( draft.message, published.messageCharacters ) );
	const area = el( 'textarea', {
		id: 'ps-message',
		class: 'cdx-text-area__textarea',
		rows: 7,
		// Else a browser may keep the words to restore the tab.
		autocomplete: 'off',
		dir: 'auto',
		'aria-describedby': 'ps-message-about ps-message-count',
		input() {
			draft.message = area.value;
			count.textContent = room( area.value, published.messageCharacters );
		}
	} );
	area.value = draft.message;
	return [ el( 'div', { class: 'cdx-field' },
		el( 'div', { class: 'cdx-label' },
			el( 'label', { class: 'cdx-label__label', for: 'ps-message' },
				el( 'span', { class: 'cdx-label__label__text' }, msg( 'message-label' ) ),
				el( 'span', { class: 'cdx-label__label__optional-flag' }, ' ' + msg( 'optional' ) ) ),
			el( 'span', { class: 'cdx-label__description', id: 'ps-message-about' }, msg( 'message-help' ) )
		),
		el( 'div', { class: 'cdx-field__control' }, el( 'div', { class: 'cdx-text-area' }, area ) ),
		count
	) ];
}
