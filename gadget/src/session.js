/**
 * One opening of the dialog: what is known of the network and the account, what was chosen, which step comes next.
 * Draws nothing on the screen.
 */
import { drawIdentity, emptyDraft, problemsOf } from './payload.js';
import { readAccount, readKeyPage } from './wiki.js';
import { makeSender } from './send.js';
import * as opening from './steps/opening.js';
import * as languages from './steps/languages.js';
import * as topics from './steps/topics.js';
import * as channels from './steps/channels.js';
import * as message from './steps/message.js';
import * as review from './steps/review.js';
import * as sent from './steps/sent.js';
import * as unavailable from './steps/unavailable.js';

/** @typedef {import('./types.js').Published} Published */
/** @typedef {import('./types.js').Account} Account */
/** @typedef {{id: string, title: () => string, build: (session: any) => Node[], skip?: (session: any) => boolean}} Step */

/** @type {Step[]} the questions, in their order */
const WAY = [ opening, languages, topics, channels, message, review ];

/**
 * @typedef {Object} Outside what a session needs from the page it runs in
 * @property {any} api an mw.Api
 * @property {import('./types.js').Config|null} config null: this gadget was never set up
 * @property {string} wikiId
 * @property {string} locale the reader's language
 * @property {string[]} chain that language and what MediaWiki falls back to
 * @property {string[]} own languages the reader is likely to speak, best first
 * @property {boolean} refusesMail the account's preference
 * @property {boolean} canSeal the browser has what sealing needs
 * @property {import('./payload.js').Random} random
 * @property {(milliseconds: number) => Promise<void>} pause
 */

export class Session {
	/**
	 * @param {Outside} outside
	 */
	constructor( outside ) {
		this.outside = outside;
		this.config = outside.config;
		this.chain = outside.chain;
		this.own = outside.own;
		this.draft = emptyDraft();
		this.identity = drawIdentity( outside.random );
		/** @type {'asking'|'open'|'closed'} */
		this.state = 'asking';
		this.why = '';
		/** @type {Published|null} */
		this.published = null;
		/** @type {Account|null} */
		this.account = null;
		/** @type {Step} */
		this.step = opening;
		this.sending = false;
		this.sender = makeSender( {
			api: outside.api,
			wikiId: outside.wikiId,
			locale: outside.locale,
			readKeyPage: () => this.read(),
			pause: outside.pause
		} );
	}

	/** @return {Promise<{judgement: import('./types.js').Judgement, user?: any}>} */
	read() {
		return this.config ? readKeyPage( this.outside.api, this.config, this.outside.wikiId ) :
			Promise.resolve( { judgement: { open: false, why: 'config' } } );
	}

	/**
	 * Ask the wiki whether this account can be served now. What was typed stays.
	 */
	async check() {
		const { judgement, user } = await this.read();
		this.published = judgement.published || this.published;
		if ( !this.outside.canSeal ) {
			this.shut( 'browser' );
			return;
		}
		if ( !judgement.open ) {
			this.shut( judgement.why || 'offline' );
			return;
		}
		const { intake } = /** @type {Published} */ ( judgement.published );
		const account = await readAccount( this.outside.api, intake, user, this.outside.refusesMail );
		this.account = account;
		if ( !account ) {
			this.shut( 'offline' );
		} else if ( account.state !== 'ok' ) {
			this.shut( account.state );
		} else {
			this.state = 'open';
			this.step = this.step === unavailable ? opening : this.step;
			this.fit();
		}
	}

	/**
	 * @param {string} why
	 */
	shut( why ) {
		this.state = 'closed';
		this.why = why;
		this.step = unavailable;
	}

	/** Choose what is likely, once; take out what is no longer offered. */
	fit() {
		const published = /** @type {Published} */ ( this.published );
		const draft = this.draft;
		if ( !this.fitted ) {
			this.fitted = true;
			draft.languages = this.own.filter( ( code ) => published.languages.has( code ) ).slice( 0, 1 );
			draft.channels = published.channels.filter( ( channel ) => channel === 'desk' );
		}
		draft.languages = draft.languages.filter( ( code ) => published.languages.has( code ) );
		draft.topics = draft.topics.filter( ( topic ) => published.topics.has( topic ) );
		draft.channels = draft.channels.filter( ( channel ) => published.channels.includes( channel ) && this.canUse( channel ) );
	}

	/**
	 * Wikimail reaches only who has a confirmed address.
	 *
	 * @param {string} channel
	 * @return {boolean}
	 */
	canUse( channel ) {
		return channel !== 'wikimail' || !!this.account && this.account.emailable;
	}

	/** @return {boolean} whether something would be lost */
	typed() {
		return this.draft.message !== '' || Object.values( this.draft.contact ).some( ( address ) => address !== '' );
	}

	/** @return {Step[]} the steps that apply */
	way() {
		return WAY.filter( ( step ) => !step.skip || !step.skip( this ) );
	}

	/** @return {Array<{step: string, problem: string, channel?: string}>} of this step, or of all on the review */
	problems() {
		return problemsOf( this.draft, /** @type {Published} */ ( this.published ) )
			.filter( ( found ) => this.step === review || found.step === this.step.id );
	}

	/**
	 * @param {number} by 1 or -1
	 */
	move( by ) {
		const way = this.way();
		this.step = way[ Math.max( 0, Math.min( way.length - 1, way.indexOf( this.step ) + by ) ) ];
	}

	/**
	 * @return {Promise<import('./types.js').Saved>}
	 */
	async send() {
		this.sending = true;
		const saved = await this.sender.send( this.draft, this.identity, /** @type {Account} */ ( this.account ) );
		this.sending = false;
		if ( saved.saved ) {
			this.step = sent;
		} else if ( saved.outcome === 'closed' ) {
			this.shut( /** @type {any} */ ( saved ).why );
		}
		return saved;
	}

	/** @return {boolean} */
	get over() {
		return this.step === sent;
	}
}
