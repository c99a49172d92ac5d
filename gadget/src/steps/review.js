/**
 * Before sending: what becomes public for good, what one supporter will see, when it is erased.
 */
import { el, p } from '../dom.js';
import { checkbox } from '../controls.js';
import { labelOf } from '../published.js';
import { languageName } from '../language-names.js';
import { needsAddress } from '../payload.js';
import { msg } from '../messages.js';
import { channelName } from './channels.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'review';

/** @return {string} */
export const title = () => msg( 'review-title' );

/**
 * @param {string} name
 * @param {string[]} values
 * @param {string} key name of the row, for tests
 * @return {HTMLElement}
 */
const row = ( name, values, key ) => el( 'div', { 'data-row': key },
	el( 'dt', {}, name ),
	...( values.length ? values : [ msg( 'review-nothing' ) ] ).map( ( value ) => el( 'dd', { dir: 'auto' }, value ) )
);

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const { published, draft, chain, account } = /** @type {any} */ ( session );
	const channels = draft.channels.map( ( /** @type {string} */ channel ) => needsAddress( channel ) ?
		channelName( channel ) + ': ' + draft.contact[ channel ] : channelName( channel ) );
	return [
		el( 'h3', {}, msg( 'review-public-title' ) ),
		el( 'p', { id: 'ps-review-public' }, msg( 'review-public', account.name, published.intake ) ),
		el( 'h3', {}, msg( 'review-supporter-title' ) ),
		p( msg( 'review-supporter' ) ),
		el( 'dl', { class: 'ps-review' },
			row( msg( 'review-languages' ), draft.languages.map( ( /** @type {string} */ code ) => languageName( code, chain ) ), 'languages' ),
			row( msg( 'review-topics' ), draft.topics.map( ( /** @type {string} */ topic ) => labelOf( published.topics.get( topic ) || {}, chain, topic ) ), 'topics' ),
			row( msg( 'review-channels' ), channels, 'channels' ),
			row( msg( 'review-message' ), draft.message ? [ draft.message ] : [], 'message' )
		),
		el( 'h3', {}, msg( 'review-erased-title' ) ),
		p( msg( 'review-erased' ) ),
		account.emailable ? checkbox( {
			id: 'ps-notify',
			value: 'notify',
			label: msg( 'notify' ),
			description: msg( 'notify-about' ),
			checked: draft.notify,
			change( checked ) {
				draft.notify = checked;
			}
		} ) : p( msg( 'notify-closed' ) )
	];
}
