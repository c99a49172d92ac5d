/**
 * A few words, or none.
 */
import { el, OWN_WORDS } from '../dom.js';
import { saidHere } from '../controls.js';
import { roomOf } from '../room.js';
import { digits, msg } from '../messages.js';

/** @typedef {import('../session.js').Session} Session */
/** @typedef {import('../room.js').Room} Room */

export const id = 'message';

/** @return {string} */
export const title = () => msg( 'peer-support-message-title' );

/**
 * @param {Session} session
 * @return {boolean}
 */
export const skip = ( session ) => !session.published || session.published.messageCharacters === 0;

/**
 * @param {Room} room
 * @return {string} letters, and bytes too where the script takes more than one for a letter
 */
const counted = ( room ) => msg( 'peer-support-message-characters', digits( room.characters ), digits( room.mostCharacters ) ) +
	( room.bytes > room.characters || room.mostBytes < room.mostCharacters ? msg( 'peer-support-comma' ) + ' ' + msg( 'peer-support-message-bytes', digits( room.bytes ), digits( room.mostBytes ) ) : '' );

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const { draft } = session;
	const count = el( 'div', { id: 'ps-message-count', class: 'ps-small' } );
	const said = saidHere( 'ps-message-over' );
	const area = el( 'textarea', Object.assign( {}, OWN_WORDS, {
		id: 'ps-message',
		class: 'cdx-text-area__textarea',
		rows: 7,
		dir: 'auto',
		'aria-describedby': 'ps-message-about ps-message-count',
		input() {
			draft.message = area.value;
			tell();
		}
	} ) );
	function tell() {
		const room = roomOf( draft, session.around() );
		count.textContent = counted( room );
		count.setAttribute( 'data-characters', String( room.characters ) );
		count.setAttribute( 'data-bytes', String( room.bytes ) );
		count.setAttribute( 'data-over', String( room.over ) );
		// Set only when it changes, so that a screen reader is not told the same with every letter.
		const words = room.over ? msg( 'peer-support-message-over', digits( room.over ), room.over ) : '';
		if ( said.textContent !== words ) {
			said.textContent = words;
		}
	}
	area.value = draft.message;
	tell();
	return [
		el( 'div', { class: 'cdx-field' },
			el( 'div', { class: 'cdx-label' },
				el( 'label', { class: 'cdx-label__label', for: 'ps-message' },
					el( 'span', { class: 'cdx-label__label__text' }, msg( 'peer-support-message-label' ) ),
					el( 'span', { class: 'cdx-label__label__optional-flag' }, ' ' + msg( 'peer-support-optional' ) ) ),
				el( 'span', { class: 'cdx-label__description', id: 'ps-message-about' }, msg( 'peer-support-message-help' ) )
			),
			el( 'div', { class: 'cdx-field__control' }, el( 'div', { class: 'cdx-text-area' }, area ) )
		),
		count,
		said
	];
}
