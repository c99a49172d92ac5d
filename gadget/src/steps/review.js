/**
 * Before sending: what becomes public for good, what one supporter will see, when it is erased. Each part can be
 * changed from here and back.
 */
import { el, p, present, worded } from '../dom.js';
import { button, checkbox, notice, QUIET } from '../controls.js';
import { channelName } from '../channel-words.js';
import { labelOf } from '../published.js';
import { languageName } from '../language-names.js';
import { isolated, msg } from '../messages.js';

/** @typedef {import('../session.js').Session} Session */
/** @typedef {import('../dialog.js').Dialog} Dialog */
/** @typedef {import('../types.js').Label} Label */

export const id = 'review';

/** Parts with words of somebody's own. */
const TYPED = [ 'channels', 'avoid', 'message' ];

/** @return {string} */
export const title = () => msg( 'peer-support-review-title' );

/**
 * @param {Session} session
 * @return {Object<string, Array<string|Label>>} step → what was chosen there, in words
 */
function choices( session ) {
	const { published, draft, chain } = /** @type {import('../types.js').Ready} */ ( session );
	return {
		languages: draft.languages.map( ( code ) => published.languages.has( code ) ?
			languageName( code, chain ) : msg( 'peer-support-review-language-asked', languageName( code, chain ) ) ),
		topics: draft.topics.map( ( topic ) => labelOf( published.topics.get( topic ), chain, topic ) ),
		channels: draft.channels.map( ( channel ) => {
			const name = channelName( channel, published, chain );
			return published.channelAddress.includes( channel ) ? msg( 'peer-support-review-address', isolated( name.text ), isolated( draft.contact[ channel ] || '' ) ) : name;
		} ),
		avoid: draft.avoid,
		prefer: draft.prefer.map( ( wish ) => labelOf( published.backgrounds.get( wish ), chain, wish ) ),
		message: draft.message ? [ draft.message ] : []
	};
}

/**
 * @param {string} step
 * @param {Array<string|Label>} values
 * @param {Dialog} dialog
 * @param {boolean} fixed nothing can be changed any more
 * @return {HTMLElement}
 */
function row( step, values, dialog, fixed ) {
	// The following messages are used here:
	// * peer-support-review-languages
	// * peer-support-review-topics
	// * peer-support-review-channels
	// * peer-support-review-avoid
	// * peer-support-review-prefer
	// * peer-support-review-message
	const name = msg( 'peer-support-review-' + step );
	const change = button( msg( 'peer-support-change' ), 'change', () => dialog.change( step ), QUIET );
	change.setAttribute( 'data-to', step );
	change.setAttribute( 'aria-label', msg( 'peer-support-change-what', name ) );
	// A browser that translates the page sends it away: not what somebody has typed.
	const translate = TYPED.includes( step ) && values.length ? 'no' : null;
	return el( 'div', { class: 'ps-part', 'data-row': step },
		el( 'dt', {}, name ),
		...( values.length ? values : [ msg( 'peer-support-review-nothing' ) ] ).map( ( value ) => el( 'dd', { dir: 'auto', translate, class: values.length ? null : 'ps-small' }, typeof value === 'string' ? value : worded( value ) ) ),
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
		return p( msg( session.statusLink() ? 'peer-support-notify-closed' : 'peer-support-notify-closed-no-desk' ) );
	}
	return checkbox( {
		id: 'ps-notify',
		value: 'notify',
		label: { text: msg( 'peer-support-notify' ), lang: '' },
		description: { text: msg( 'peer-support-notify-about' ), lang: '' },
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
	const { published, account } = /** @type {import('../types.js').Ready} */ ( session );
	const chosen = choices( session );
	const fixed = session.sender.unsure;
	const rows = session.questions().map( ( step ) => row( step.id, chosen[ step.id ], dialog, fixed ) );
	return present(
		fixed && notice( 'notice', p( msg( 'peer-support-review-fixed' ) ) ),
		el( 'h3', {}, msg( 'peer-support-review-public-title' ) ),
		el( 'p', { id: 'ps-review-public' }, msg( 'peer-support-review-public', isolated( account.name ), isolated( published.intake ) ) ),
		el( 'h3', {}, msg( 'peer-support-review-supporter-title' ) ),
		el( 'p', { id: 'ps-review-supporter' }, msg( 'peer-support-review-supporter' ) ),
		el( 'dl', { class: 'ps-review' }, ...rows ),
		el( 'h3', {}, msg( 'peer-support-review-erased-title' ) ),
		el( 'p', { id: 'ps-review-erased' }, msg( 'peer-support-review-erased' ) ),
		p( msg( 'peer-support-review-history' ) ),
		notify( session )
	);
}
