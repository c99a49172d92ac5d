/**
 * What stands in the way of sending, each with the step on which it is mended. Pure.
 */
import { bytesOf, MOST } from './payload.js';
import { roomOf } from './room.js';

/** @typedef {import('./types.js').Draft} Draft */
/** @typedef {import('./types.js').Problem} Problem */

/**
 * @param {Draft} draft
 * @param {{identity: import('./types.js').Identity, locale: string, emailable: boolean,
 *  published: import('./types.js').Published}} around
 * @return {Problem[]} empty when nothing does
 */
export function problemsOf( draft, around ) {
	/** @type {Problem[]} */
	const found = [];
	if ( !draft.languages.length ) {
		found.push( { step: 'languages', problem: 'language-none' } );
	} else if ( draft.languages.length > MOST.languages ) {
		found.push( { step: 'languages', problem: 'too-many' } );
	}
	if ( draft.topics.length > MOST.topics ) {
		found.push( { step: 'topics', problem: 'too-many' } );
	}
	if ( !draft.channels.length ) {
		found.push( { step: 'channels', problem: 'channel-none' } );
	}
	draft.channels.filter( ( channel ) => around.published.channelAddress.includes( channel ) ).forEach( ( channel ) => {
		const address = ( draft.contact[ channel ] || '' ).trim();
		if ( !address ) {
			found.push( { step: 'channels', problem: 'address-missing', channel } );
		} else if ( bytesOf( address ) > MOST.addressBytes ) {
			found.push( { step: 'channels', problem: 'address-long', channel } );
		}
	} );
	if ( draft.prefer.length > MOST.prefer ) {
		found.push( { step: 'prefer', problem: 'too-many' } );
	}
	const { over, characters } = roomOf( draft, around );
	if ( over && characters ) {
		found.push( { step: 'message', problem: 'message-long', over } );
	} else if ( over ) {
		// Names and addresses alone are more than one envelope holds.
		found.push( { step: 'avoid', problem: 'names-long' } );
	}
	return found;
}
