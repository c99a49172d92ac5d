/**
 * Before sending: what becomes public for good, what one supporter will see, when it is erased. Each part can be
 * changed from here and back.
 */
import { el, p, present } from '../dom.js';
import { button, checkbox, notice, QUIET } from '../controls.js';
import { channelName } from '../channel-words.js';
import { labelOf } from '../published.js';
import { languageName } from '../language-names.js';
import { isolated, msg } from '../messages.js';

/** @typedef {import('../session.js').Session} Session */
/** @typedef {import('../dialog.js').Dialog} Dialog */

export const id = 'review';

/** @return {string} */
export const title = () => msg( 'review-title' );

/**
 * @param {Session} session
 * @return {Object<string, string[]>} step → what was chosen there, in words
 */
function choices( session ) {
	const { published, draft, chain } = /** @type {any} */ ( session );
	return {
		languages: draft.languages.map( ( /** @type {string} */ code ) => published.languages.has( code ) ?
			languageName( code, chain ) : msg( 'review-language-asked', languageName( code, chain ) ) ),
		topics: draft.topics.map( ( /** @type {string} */ topic ) => labelOf( published.topics.get( topic ) || {}, chain, topic ) ),
		channels: draft.channels.map( ( /** @type {string} */ channel ) => {
			const name = channelName( channel, published, chain );
			return published.channelAddress.includes( channel ) ? msg( 'review-address', name, isolated( draft.contact[ channel ] || '' ) ) : name;
		} ),
		avoid: draft.avoid,
		prefer: draft.prefer.map( ( /** @type {string} */ wish ) => labelOf( published.backgrounds.get( wish ) || {}, chain, wish ) ),
		message: draft.message ? [ draft.message ] : []
	};
}

/**
 * @param {string} step
 * @param {string[]} values
 * @param {Dialog} dialog
 * @param {boolean} fixed nothing can be changed any more
 * @return {HTMLElement}
 */
function row( step, values, dialog, fixed ) {
	const name = msg( 'review-' + step );
	const change = button( msg( 'change' ), 'change', () => dialog.change( step ), QUIET );
	change.setAttribute( 'data-to', step );
	change.setAttribute( 'aria-label', msg( 'change-what', name ) );
	return el( 'div', { class: 'ps-part', 'data-row': step },
		el( 'dt', {}, name ),
		...( values.length ? values : [ msg( 'review-nothing' ) ] ).map( ( value ) => el( 'dd', { dir: 'auto', class: values.length ? null : 'ps-small' }, value ) ),
		fixed ? null : el( 'dd', { class: 'ps-change' }, change )
	);
}

/**
 * @param {Session} session
 * @return {HTMLElement}
 */
function notify( session ) {
	const { draft } = session;
	const account = /** @type {import('../types.js').Account} */ ( session.account );
	if ( !account.emailable ) {
		return p( msg( session.statusLink() ? 'notify-closed' : 'notify-closed-no-desk' ) );
	}
	return checkbox( {
		id: 'ps-notify',
		value: 'notify',
		label: msg( 'notify' ),
		description: msg( 'notify-about' ),
		checked: draft.notify,
		disabled: session.sender.unsure,
		change( checked ) {
			draft.notify = checked;
		}
	} );
}

/**
 * @param {Session} session
 * @param {Dialog} dialog
 * @return {Node[]}
 */
export function build( session, dialog ) {
	const { published, account } = /** @type {any} */ ( session );
	const chosen = choices( session );
	const fixed = session.sender.unsure;
	const rows = session.questions().map( ( step ) => row( step.id, chosen[ step.id ], dialog, fixed ) );
	return present(
		fixed && notice( 'notice', p( msg( 'review-fixed' ) ) ),
		el( 'h3', {}, msg( 'review-public-title' ) ),
		el( 'p', { id: 'ps-review-public' }, msg( 'review-public', isolated( account.name ), isolated( published.intake ) ) ),
		el( 'h3', {}, msg( 'review-supporter-title' ) ),
		el( 'p', { id: 'ps-review-supporter' }, msg( 'review-supporter' ) ),
		el( 'dl', { class: 'ps-review' }, ...rows ),
		el( 'h3', {}, msg( 'review-erased-title' ) ),
		el( 'p', { id: 'ps-review-erased' }, msg( 'review-erased' ) ),
		p( msg( 'review-history' ) ),
		notify( session )
	);
}
