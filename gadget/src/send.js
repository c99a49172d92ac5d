/**
 * Sending: read the key page again, seal, save; at most one at a time. After an answer that was lost, the intake page
 * is looked at before anything else, and nothing but the very same envelope goes again: the bot knows a duplicate by
 * its bytes, so that at most one request comes of it.
 */
import { CannotSeal, seal, envelopeText, WillNotFit } from './envelope.js';
import { jsonOf } from './json.js';
import { buildPayload } from './payload.js';
import { notSaved, SAVED } from './outcome.js';
import { save } from './save.js';
import { isSaved, whatIsBlocked } from './wiki.js';

/** @typedef {import('./types.js').Judgement} Judgement */
/** @typedef {import('./types.js').Saved} Saved */
/** @typedef {import('./types.js').Draft} Draft */
/** @typedef {import('./types.js').Identity} Identity */
/** @typedef {import('./types.js').Account} Account */

/**
 * @typedef {Object} Room what sending needs from outside
 * @property {mw.Api} api
 * @property {string} wikiId
 * @property {string} locale
 * @property {() => Promise<{judgement: Judgement, user?: import('./types.js').UserInfo}>} readKeyPage
 * @property {(judgement: Judgement) => boolean} stillFits false: something chosen is no longer offered
 * @property {(milliseconds: number) => Promise<void>} pause
 * @property {(value: import('./types.js').AskedCaptcha) => import('./types.js').Captcha|null} readCaptcha
 * @property {() => void} [waiting] told when it begins to wait for a full page
 */

/** After a lost answer, how long to wait before looking whether it was saved all the same. */
export const LOOK_PAUSE = 2000;

/** One envelope and what became of it, as long as it is not known to be saved. */
class Envelope {
	/**
	 * @param {string} json what is in it
	 * @param {import('./types.js').PageKey} key
	 * @param {Account} account
	 * @param {string} intake
	 * @param {string} text
	 */
	constructor( json, key, account, intake, text ) {
		this.json = json;
		this.key = key;
		this.account = account;
		this.intake = intake;
		this.text = text;
		/** It was posted and the answer was lost. */
		this.unsure = false;
	}

	/**
	 * @param {number} now milliseconds, of the server
	 * @return {boolean}
	 */
	opensAt( now ) {
		return Date.parse( this.key.expires ) > now;
	}
}

export class Sender {
	/**
	 * @param {Room} room
	 */
	constructor( room ) {
		this.room = room;
		/** @type {Envelope|null} */
		this.envelope = null;
		/** @type {Promise<Saved>|null} */
		this.running = null;
	}

	/** @return {boolean} whether one may be saved already: then nothing in it can be changed */
	get unsure() {
		return !!this.envelope && this.envelope.unsure;
	}

	/**
	 * @param {Draft} draft
	 * @param {Identity} identity
	 * @param {Account} account
	 * @param {import('./save.js').Solved|null} [solved] the wiki's question
	 * @return {Promise<Saved>} the same for two presses at once
	 */
	send( draft, identity, account, solved ) {
		if ( !this.running ) {
			this.running = this.once( draft, identity, account, solved || null ).catch(
				( error ) => this.failed( error )
			).then( ( saved ) => {
				this.running = null;
				return saved;
			} );
		}
		return this.running;
	}

	/**
	 * What was thrown on the way. Nobody is told of it but the person: an error that was counted somewhere would tell
	 * there that somebody asks for support.
	 *
	 * @param {unknown} error
	 * @return {Saved}
	 */
	failed( error ) {
		if ( error instanceof WillNotFit ) {
			return notSaved( 'will-not-fit' );
		}
		if ( error instanceof CannotSeal ) {
			return notSaved( 'no-sealing' );
		}
		// A fault of ours. One that came after the post leaves open whether it was saved.
		return Object.assign( notSaved( 'fault' ), { certain: !this.unsure } );
	}

	/**
	 * @param {Draft} draft
	 * @param {Identity} identity
	 * @param {Account} account
	 * @param {import('./save.js').Solved|null} solved
	 * @return {Promise<Saved>}
	 */
	async once( draft, identity, account, solved ) {
		const { judgement, user } = await this.room.readKeyPage();
		if ( judgement.why === 'offline' || !user ) {
			return notSaved( this.unsure ? 'unknown' : 'offline' );
		}
		if ( user.anon || !user.id ) {
			return notSaved( 'logged-out' );
		}
		if ( user.id !== account.id ) {
			// Another account since the dialog was opened: what is public would be another name.
			return notSaved( 'other-account' );
		}
		// Renamed meanwhile: the wiki knows the account by its new name alone.
		const author = Object.assign( {}, account, { name: user.name } );
		if ( this.unsure ) {
			const there = await this.look();
			if ( there !== false ) {
				return there ? this.done() : notSaved( 'unknown' );
			}
		}
		if ( !judgement.open ) {
			return Object.assign( notSaved( 'closed' ), { why: judgement.why } );
		}
		// An envelope that was lost is no longer changed.
		if ( !this.unsure && !this.room.stillFits( judgement ) ) {
			return notSaved( 'changed' );
		}
		const envelope = await this.sealed( draft, identity, author, judgement );
		const before = envelope.unsure;
		// From here on something may be saved, until the answer says that nothing was.
		envelope.unsure = true;
		const saved = await save( this.room, author.name, envelope.intake, envelope.text, solved );
		if ( saved.saved ) {
			return this.done();
		}
		if ( saved.certain ) {
			envelope.unsure = before;
			return this.told( saved, author );
		}
		await this.room.pause( LOOK_PAUSE );
		return await this.look() ? this.done() : saved;
	}

	/**
	 * @param {Saved} saved a refusal
	 * @param {Account} account
	 * @return {Promise<Saved>} told more exactly, where the wiki says more
	 */
	async told( saved, account ) {
		if ( saved.ofAccount || saved.outcome !== 'blocked' && saved.outcome !== 'blocked-here' ) {
			return saved;
		}
		return notSaved( await whatIsBlocked( this.room.api, account.name, saved.outcome ) );
	}

	/**
	 * What was sealed before goes again as it was while its key lives, even when a newer key came since.
	 *
	 * @param {Draft} draft
	 * @param {Identity} identity
	 * @param {Account} account
	 * @param {Judgement} judgement
	 * @return {Promise<Envelope>}
	 */
	async sealed( draft, identity, account, judgement ) {
		const { key, now, published } = /** @type {Required<Judgement>} */ ( judgement );
		const payload = buildPayload( draft, identity, { locale: this.room.locale, emailable: account.emailable, published } );
		const json = jsonOf( payload );
		const old = this.envelope;
		// One that was lost and whose key has expired was just looked for, is not there, and would open nothing now.
		if ( old && old.opensAt( now ) && ( old.unsure || old.json === json && old.account.id === account.id ) ) {
			return old;
		}
		const bytes = await seal( payload, { key, wiki: this.room.wikiId, userId: account.id } );
		this.envelope = new Envelope( json, key, account, published.intake, envelopeText( bytes, key.id ) );
		return this.envelope;
	}

	/** @return {Promise<boolean|null>} whether the envelope is on the intake page; null: the wiki did not answer */
	look() {
		const { account, intake, text } = /** @type {Envelope} */ ( this.envelope );
		return isSaved( this.room.api, intake, account.name, text );
	}

	/** @return {Saved} */
	done() {
		this.envelope = null;
		return SAVED;
	}
}
