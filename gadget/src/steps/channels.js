/**
 * How somebody may reach the person: what each way reveals, and what it costs to leave ways out.
 */
import { el, p } from '../dom.js';
import { checkbox, field, textLine, toggled } from '../controls.js';
import { channelName, channelReveals } from '../channel-words.js';
import { languageName } from '../language-names.js';
import { costs } from '../reach.js';
import { isolated, msg } from '../messages.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'channels';

/** @return {string} */
export const title = () => msg( 'peer-support-channels-title' );

/**
 * @param {string} channel
 * @param {Session} session
 * @return {import('../types.js').Label}
 */
function about( channel, session ) {
	const published = /** @type {import('../types.js').Published} */ ( session.published );
	if ( channel === 'wikimail' && !session.canUse( channel ) ) {
		return { text: msg( 'peer-support-channel-wikimail-closed' ), lang: '' };
	}
	return channelReveals( channel, published, session.chain );
}

/**
 * @param {Session} session
 * @return {Node[]} for each chosen language, how many the chosen ways reach
 */
function costLines( session ) {
	const { draft, chain } = session;
	const published = /** @type {import('../types.js').Published} */ ( session.published );
	// The following messages are used here:
	// * peer-support-amount-none
	// * peer-support-amount-unknown
	// * peer-support-amount-few
	// * peer-support-amount-several
	// * peer-support-amount-many
	const words = ( /** @type {string} */ amount ) => msg( 'peer-support-amount-' + amount );
	return costs( published, draft.languages, draft.channels ).map( ( { language, chosen, all } ) => el( 'li', {
		'data-language': language, 'data-chosen': chosen, 'data-all': all
	}, chosen === all ?
		msg( 'peer-support-cost-same', languageName( language, chain ), words( chosen ) ) :
		msg( 'peer-support-cost-less', languageName( language, chain ), words( chosen ), words( all ) ) ) );
}

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const { draft, chain } = session;
	const published = /** @type {import('../types.js').Published} */ ( session.published );
	const list = el( 'ul', { class: 'ps-turns' }, ...costLines( session ) );
	const boxes = published.channels.map( ( channel, at ) => {
		const name = channelName( channel, published, chain );
		const addressed = published.channelAddress.includes( channel );
		const address = el( 'div', { class: 'ps-address', hidden: !draft.channels.includes( channel ) }, addressed ? textLine( {
			id: 'ps-address-' + at,
			label: msg( 'peer-support-address', isolated( name.text ) ),
			value: draft.contact[ channel ] || '',
			change( value ) {
				draft.contact[ channel ] = value;
			}
		} ) : null );
		return el( 'div', { 'data-channel': channel },
			checkbox( {
				id: 'ps-channel-' + at,
				value: channel,
				label: name,
				description: about( channel, session ),
				checked: draft.channels.includes( channel ),
				disabled: !session.canUse( channel ),
				change( checked ) {
					draft.channels = toggled( draft.channels, channel, checked );
					address.hidden = !checked;
					list.replaceChildren( ...costLines( session ) );
				}
			} ),
			addressed ? address : null
		);
	} );
	return [
		field( msg( 'peer-support-channels-legend' ), false, msg( 'peer-support-channels-help' ), ...boxes ),
		el( 'div', { id: 'ps-cost', role: 'status' },
			list.childNodes.length ? el( 'h3', {}, msg( 'peer-support-cost-title' ) ) : null,
			list
		),
		p( msg( 'peer-support-channels-price' ) )
	];
}
