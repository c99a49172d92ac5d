/**
 * One opening of the dialog: what is known of the network and the account, what was chosen, which step comes next.
 * Draws nothing on the screen.
 */
import { drawIdentity, emptyDraft } from './payload.js';
import { problemsOf } from './problems.js';
import { chooseLikely, dropUnoffered } from './offered.js';
import { takeHalf } from './half.js';
import { readAccount, readKeyPage } from './wiki.js';
import { readKept } from './keep.js';
import { Sender } from './send.js';
import { fork, opening, QUESTIONS, review, sent, unavailable } from './steps/index.js';

/** @typedef {import('./types.js').Published} Published */
/** @typedef {import('./types.js').Account} Account */
/** @typedef {import('./types.js').Problem} Problem */
/** @typedef {import('./types.js').Saved} Saved */
/** @typedef {import('./steps/index.js').Step} Step */
/** @typedef {import('./types.js').Outside} Outside */

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
		/** @type {import('./types.js').Kept|null} */
		this.kept = null;
		/** @type {Step} */
		this.step = opening;
		/** Straight from the fork to the review. */
		this.quick = false;
		/** A question was opened from the review, and leads back there. */
		this.fromReview = false;
		this.fitted = false;
		/** A user name that was typed and not added. */
		this.halfName = '';
		/** The name of a language that was typed and not added. */
		this.halfLanguage = '';
		/** An answer to the wiki's question that was typed and not sent. */
		this.halfAnswer = '';
		/** @type {string[]} languages nobody speaks yet that were asked for */
		this.asked = [];
		this.sending = false;
		/** @type {import('./types.js').Captcha|null} */
		this.captcha = null;
		/** Told when sending begins to wait for a full page. */
		this.waiting = () => {};
		this.sender = new Sender( {
			api: outside.api,
			wikiId: outside.wikiId,
			locale: outside.locale,
			readKeyPage: () => this.read(),
			stillFits: ( judgement ) => this.takeNewer( judgement ),
			pause: outside.pause,
			readCaptcha: outside.readCaptcha,
			waiting: () => this.waiting()
		} );
	}

	/** @return {Promise<{judgement: import('./types.js').Judgement, user?: import('./types.js').UserInfo}>} */
	read() {
		return this.config ? readKeyPage( this.outside.api, this.config, this.outside ) :
			Promise.resolve( { judgement: { open: false, why: 'config' } } );
	}

	/** Ask the wiki whether this account can be served now. What was typed stays. */
	async check() {
		const { judgement, user } = await this.read();
		if ( this.over ) {
			return;
		}
		this.published = judgement.published || this.published;
		this.kept = readKept( user );
		if ( !this.outside.canSeal ) {
			this.shut( 'browser' );
			return;
		}
		if ( !judgement.open ) {
			this.shut( judgement.why || 'offline' );
			return;
		}
		const published = /** @type {Published} */ ( judgement.published );
		const account = await readAccount( this.outside.api, published.intake, user );
		if ( this.over ) {
			return;
		}
		// What may be saved already was sealed for the account that sent it.
		this.account = this.account && this.sender.unsure ? this.account : account || this.account;
		if ( !account ) {
			this.shut( 'offline' );
		} else if ( account.state !== 'ok' ) {
			this.shut( account.state );
		} else if ( !published.channels.some( ( channel ) => this.canUse( channel ) ) ) {
			this.shut( 'no-way' );
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

	/** A fault of ours: what was typed stays, and what was posted is not forgotten. */
	fail() {
		if ( !this.over ) {
			this.shut( 'fault' );
		}
	}

	/** Choose what is likely, once; take out what is no longer offered. */
	fit() {
		const published = /** @type {Published} */ ( this.published );
		const canUse = ( /** @type {string} */ channel ) => this.canUse( channel );
		if ( !this.fitted ) {
			this.fitted = true;
			chooseLikely( this.draft, published, this.own, canUse );
		}
		dropUnoffered( this.draft, published, canUse );
	}

	/**
	 * The key page was read again before sealing.
	 *
	 * @param {import('./types.js').Judgement} judgement
	 * @return {boolean} whether all that was chosen is still offered
	 */
	takeNewer( judgement ) {
		const before = JSON.stringify( this.draft );
		this.published = judgement.published || this.published;
		this.fit();
		return before === JSON.stringify( this.draft ) && !this.allProblems().length;
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
		return this.draft.message !== '' || [ this.halfName, this.halfLanguage, this.halfAnswer ].some( ( half ) => half !== '' ) || this.draft.avoid.length > 0 ||
			Object.values( this.draft.contact ).some( ( address ) => address !== '' );
	}

	/** @return {Step[]} the questions that apply */
	questions() {
		return QUESTIONS.filter( ( step ) => !step.skip || !step.skip( this ) );
	}

	/** @return {Step[]} the steps that apply */
	way() {
		return [ opening, fork, ...( this.quick && !this.fromReview ? [] : this.questions() ), review ];
	}

	/** @return {import('./types.js').Around} what decides how much room there is */
	around() {
		return {
			identity: this.identity,
			locale: this.outside.locale,
			emailable: !!this.account && this.account.emailable,
			published: /** @type {Published} */ ( this.published )
		};
	}

	/** @return {Problem[]} */
	allProblems() {
		const half = takeHalf( this );
		return half.concat( problemsOf( this.draft, this.around() ) );
	}

	/** @return {Problem[]} of this step, or of all on the review */
	problems() {
		const all = this.allProblems();
		const here = this.step === review ? all : all.filter( ( found ) => found.step === this.step.id );
		// What is half typed first: a choice may be missing only because it is not taken yet.
		const half = here.filter( ( found ) => found.half );
		return half.length ? half : here;
	}

	/**
	 * @param {number} by 1 or -1
	 */
	move( by ) {
		const stuck = by < 0 && this.allProblems().length;
		if ( this.fromReview && !stuck ) {
			this.toReview();
			return;
		}
		if ( this.fromReview && this.quick ) {
			this.fromReview = false;
			this.step = fork;
			return;
		}
		const way = this.way();
		this.step = way[ Math.max( 0, Math.min( way.length - 1, way.indexOf( this.step ) + by ) ) ];
	}

	/**
	 * From the fork: straight to the review, or question by question.
	 *
	 * @param {boolean} quick
	 */
	choose( quick ) {
		this.quick = quick;
		if ( quick ) {
			this.toReview();
		} else {
			this.step = this.way()[ 2 ];
		}
	}

	/** To the review, or first to a question that cannot stay without an answer. */
	toReview() {
		const [ first ] = this.allProblems();
		if ( first ) {
			this.change( first.step );
		} else {
			this.fromReview = false;
			this.step = review;
		}
	}

	/**
	 * From the review to one question, and back from there.
	 *
	 * @param {string} id
	 */
	change( id ) {
		this.fromReview = true;
		this.step = QUESTIONS.find( ( step ) => step.id === id ) || review;
	}

	/**
	 * @param {boolean} [another] without what was answered to the wiki's question: it then asks another one
	 * @return {Promise<Saved>}
	 */
	async send( another ) {
		const account = /** @type {Account} */ ( this.account );
		const solved = this.captcha && this.halfAnswer && !another ? { id: this.captcha.id, word: this.halfAnswer } : null;
		this.sending = true;
		const saved = await this.outside.tabs.alone( account.id, () => this.sender.send( this.draft, this.identity, account, solved ) )
			// Of the browser's locks, or of ours: what was posted is the sender's to say.
			.catch( ( /** @type {unknown} */ error ) => this.sender.failed( error ) );
		this.sending = false;
		this.captcha = saved.captcha || null;
		this.halfAnswer = '';
		if ( saved.saved ) {
			this.step = sent;
		} else if ( saved.outcome === 'closed' ) {
			this.shut( saved.why || 'offline' );
		} else if ( saved.outcome === 'other-account' && !this.sender.unsure ) {
			await this.check();
		}
		return saved;
	}

	/** @return {string} the private link to the status page; empty without a desk */
	statusLink() {
		return this.linkOf( this.identity.token );
	}

	/**
	 * @param {string} token
	 * @return {string}
	 */
	linkOf( token ) {
		return this.published && this.published.desk ? this.published.desk + '/status/' + token : '';
	}

	/** @return {boolean} nothing more is asked: it was sent, here or from another tab */
	get over() {
		return this.step === sent || this.why === 'sent-elsewhere';
	}
}
