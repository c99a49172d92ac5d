/**
 * How a supporter may reach the person, what each way reveals, and an address only where one is needed.
 */
import { el, p } from '../dom.js';
import { checkbox, field, textLine, toggled } from '../controls.js';
import { needsAddress } from '../payload.js';
import { hasMsg, msg } from '../messages.js';

/** @typedef {import('../session.js').Session} Session */

export const id = 'channels';

/** @return {string} */
export const title = () => msg( 'channels-title' );

/**
 * @param {string} channel
 * @return {string} an id nobody has words for is its own label
 */
export const channelName = ( channel ) => hasMsg( 'channel-' + channel ) ? msg( 'channel-' + channel ) : channel;

/**
 * @param {string} channel
 * @param {Session} session
 * @return {string}
 */
function revealed( channel, session ) {
	if ( channel === 'wikimail' && !session.canUse( channel ) ) {
		return msg( 'channel-wikimail-closed' );
	}
	return hasMsg( 'channel-' + channel + '-about' ) ? msg( 'channel-' + channel + '-about' ) : msg( 'channel-address-about' );
}

/**
 * @param {Session} session
 * @return {Node[]}
 */
export function build( session ) {
	const { published, draft } = /** @type {any} */ ( session );
	const order = /** @type {string[]} */ ( published.channels );
	const boxes = order.map( ( channel, at ) => {
		const address = el( 'div', { class: 'ps-address', hidden: !draft.channels.includes( channel ) } );
		if ( needsAddress( channel ) ) {
			address.appendChild( textLine( {
				id: 'ps-address-' + at,
				label: msg( 'address', channelName( channel ) ),
				value: draft.contact[ channel ] || '',
				change( value ) {
					draft.contact[ channel ] = value;
				}
			} ) );
		}
		return el( 'div', { 'data-channel': channel },
			checkbox( {
				id: 'ps-channel-' + at,
				value: channel,
				label: channelName( channel ),
				description: revealed( channel, session ),
				checked: draft.channels.includes( channel ),
				disabled: !session.canUse( channel ),
				change( checked ) {
					draft.channels = toggled( draft.channels, channel, checked, order );
					address.hidden = !checked;
				}
			} ),
			needsAddress( channel ) ? address : null
		);
	} );
	return [
		field( msg( 'channels-legend' ), false, msg( 'channels-help' ), ...boxes ),
		p( msg( 'channels-price' ) )
	];
}
