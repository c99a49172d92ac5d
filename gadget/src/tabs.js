/**
 * Two tabs with the same form: one sends at a time, and the other learns of it. Locks and channels of the browser
 * live in its memory; nothing is stored. A browser without them lets each tab send, and the bot takes one.
 */
import { notSaved } from './outcome.js';

/** @typedef {import('./types.js').Saved} Saved */

/**
 * @typedef {Object} Tabs
 * @property {(account: number, act: () => Promise<Saved>) => Promise<Saved>} alone sends unless another tab does
 * @property {(hear: (account: number) => void) => void} listen called when another tab has sent
 */

const NAME = 'peer-support-sent';

/**
 * @param {{BroadcastChannel?: typeof BroadcastChannel, navigator?: {locks?: LockManager}}} scope the window
 * @return {Tabs}
 */
export function tabsOf( scope ) {
	const channel = scope.BroadcastChannel ? new scope.BroadcastChannel( NAME ) : null;
	const locks = scope.navigator && scope.navigator.locks;
	return {
		async alone( account, act ) {
			const send = async () => {
				const saved = await act();
				if ( saved.saved && channel ) {
					channel.postMessage( account );
				}
				return saved;
			};
			return locks ?
				locks.request( NAME, { ifAvailable: true }, ( lock ) => lock ? send() : notSaved( 'other-tab' ) ) :
				send();
		},
		listen( hear ) {
			if ( channel ) {
				channel.onmessage = ( /** @type {MessageEvent} */ event ) => hear( event.data );
			}
		}
	};
}
