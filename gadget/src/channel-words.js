/**
 * What a channel is called, and what it reveals: in the operator's words where the reader can read those, else in
 * the gadget's own.
 */
import { labelOf } from './published.js';
import { hasMsg, msg } from './messages.js';

/** @typedef {import('./types.js').Published} Published */
/** @typedef {import('./types.js').Labels} Labels */
/** @typedef {import('./types.js').Label} Label */

/**
 * @param {Labels|undefined} published
 * @param {string[]} chain languages of the reader
 * @param {string} own the gadget's words; empty when it has none
 * @param {string} otherwise
 * @return {Label}
 */
function inWords( published, chain, own, otherwise ) {
	const labels = published || Object.create( null );
	// English, at the end of everybody's chain, comes after words that are the reader's own.
	const lang = chain.filter( ( code, at ) => at === 0 || code !== 'en' ).find( ( code ) => labels[ code ] );
	if ( lang ) {
		return { text: labels[ lang ], lang };
	}
	return own ? { text: own, lang: '' } : labelOf( labels, chain, otherwise );
}

/**
 * @param {string} channel
 * @param {Published} published
 * @param {string[]} chain
 * @return {Label} an id nobody has words for is its own label
 */
export function channelName( channel, published, chain ) {
	// The following messages are used here, where the operator's channel has one of these ids:
	// * peer-support-channel-desk
	// * peer-support-channel-wikimail
	// * peer-support-channel-email
	// * peer-support-channel-signal
	// * peer-support-channel-telegram
	// * peer-support-channel-video
	// * peer-support-channel-talk
	const key = 'peer-support-channel-' + channel;
	return inWords( published.channelLabels.get( channel ), chain, hasMsg( key ) ? msg( key ) : '', channel );
}

/**
 * @param {string} channel
 * @param {Published} published
 * @param {string[]} chain
 * @return {Label}
 */
export function channelReveals( channel, published, chain ) {
	if ( channel === 'talk' ) {
		// The one that is public is said in one way everywhere.
		return { text: msg( 'peer-support-channel-talk-about' ), lang: '' };
	}
	// The following messages are used here:
	// * peer-support-channel-desk-about
	// * peer-support-channel-wikimail-about
	const key = 'peer-support-channel-' + channel + '-about';
	const otherwise = published.channelAddress.includes( channel ) ? msg( 'peer-support-channel-address-about' ) : '';
	return inWords( published.channelReveals.get( channel ), chain, hasMsg( key ) ? msg( key ) : '', otherwise );
}
