/**
 * Sending: read the key page again, seal, save; at most one at a time, and the same envelope again after an answer
 * that was lost, since the bot knows a duplicate by its bytes.
 */
import { seal, envelopeText, WillNotFit } from './envelope.js';
import { buildPayload } from './payload.js';
import { save } from './save.js';

/** @typedef {import('./types.js').Judgement} Judgement */
/** @typedef {import('./types.js').Saved} Saved */

/**
 * @typedef {Object} Room what sending needs from outside
 * @property {any} api
 * @property {string} wikiId
 * @property {string} locale
 * @property {() => Promise<{judgement: Judgement, user?: any}>} readKeyPage
 * @property {(milliseconds: number) => Promise<void>} pause
 */

/**
 * @param {Room} room
 * @return {{send: (draft: import('./types.js').Draft, identity: import('./types.js').Identity,
 *  account: import('./types.js').Account) => Promise<Saved & {why?: string}>}}
 */
export function makeSender( room ) {
	/** @type {{json: string, key: import('./types.js').PageKey, userId: number, text: string}|null} */
	let sealed = null;
	/** @type {Promise<any>|null} */
	let running = null;

	/**
	 * @param {any} draft
	 * @param {any} identity
	 * @param {any} account
	 * @return {Promise<any>}
	 */
	async function once( draft, identity, account ) {
		const { judgement, user } = await room.readKeyPage();
		if ( !judgement.open ) {
			const why = judgement.why;
			return { saved: false, outcome: why === 'offline' ? 'offline' : 'closed', why, again: true, certain: true };
		}
		if ( !user || user.id !== account.id ) {
			// Logged out, or another account since the dialog was opened: the envelope would not open.
			return { saved: false, outcome: 'logged-out', again: true, certain: true };
		}
		const { key, now, published } = /** @type {{key: any, now: number, published: any}} */ ( judgement );
		const payload = buildPayload( draft, identity, { locale: room.locale, emailable: account.emailable } );
		const json = JSON.stringify( payload );
		// What was sealed before is sent again as it was while its key lives, even when a newer key came since.
		if ( !sealed || sealed.json !== json || sealed.userId !== account.id || Date.parse( sealed.key.expires ) <= now ) {
			const bytes = await seal( payload, { key, wiki: room.wikiId, userId: account.id } );
			sealed = { json, key, userId: account.id, text: envelopeText( bytes, key.id ) };
		}
		const saved = await save( room.api, published.intake, sealed.text, room.pause );
		if ( saved.saved ) {
			sealed = null;
		}
		return saved;
	}

	return {
		send( draft, identity, account ) {
			if ( !running ) {
				running = once( draft, identity, account ).catch( ( error ) => ( {
					saved: false,
					outcome: error instanceof WillNotFit ? 'will-not-fit' : 'no-sealing',
					again: error instanceof WillNotFit,
					certain: true
				} ) ).then( ( saved ) => {
					running = null;
					return saved;
				} );
			}
			return running;
		}
	};
}
