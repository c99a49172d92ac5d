/**
 * What a channel is called, and what it reveals: in the operator's words where the reader can read those, else in
 * the gadget's own.
 */
import { labelOf } from './published.js';
import { hasMsg, msg } from './messages.js';

/** @typedef {import('./types.js').Published} Published */
/** @typedef {import('./types.js').Labels} Labels */

/**
 * @param {Labels|undefined} published
 * @param {string[]} chain languages of the reader
 * @param {string} key of the gadget's own words
 * @param {string} otherwise
 * @return {string}
 */
function inWords( published, chain, key, otherwise ) {
	const labels = published || Object.create( null );
	// English, at the end of everybody's chain, comes after words that are the reader's own.
	const own = chain.filter( ( code, at ) => at === 0 || code !== 'en' ).find( ( code ) => labels[ code ] );
	if ( own ) {
		return labels[ own ];
	}
	return hasMsg( key ) ? msg( key ) : labelOf( labels, chain, otherwise );
}

/**
 * @param {string} channel
 * @param {Published} published
 * @param {string[]} chain
 * @return {string} an id nobody has words for is its own label
 */
export function channelName( channel, published, chain ) {
	return inWords( published.channelLabels.get( channel ), chain, 'channel-' + channel, channel );
}

/**
 * @param {string} channel
 * @param {Published} published
 * @param {string[]} chain
 * @return {string}
 */
export function channelReveals( channel, published, chain ) {
	if ( channel === 'talk' ) {
		// The one that is public is said in one way everywhere.
		return msg( 'channel-talk-about' );
	}
	const otherwise = published.channelAddress.includes( channel ) ? msg( 'channel-address-about' ) : '';
	return inWords( published.channelReveals.get( channel ), chain, 'channel-' + channel + '-about', otherwise );
}
