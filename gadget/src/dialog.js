/**
 * The window: one step at a time in the browser's own <dialog>, which keeps the focus inside and closes on Escape.
 */
import { el, onFault, p, present } from './dom.js';
import { asks, close, erase } from './closing.js';
import { button, QUIET } from './controls.js';
import { captchaBox, failureBox, problemBox } from './failure.js';
import { digits, directionOf, msg } from './messages.js';
import { footer } from './footer.js';
import { takeHalf } from './half.js';
import { leave, watchEscape } from './leave.js';
import { notSaved } from './outcome.js';
import { QUESTIONS } from './steps/index.js';

/** @typedef {import('./session.js').Session} Session */
/** @typedef {import('./types.js').Saved} Saved */
/** @typedef {import('./types.js').Problem} Problem */

/**
 * The browser's own question, only while something is on its way.
 *
 * @param {Event} event
 * @return {void}
 */
const ask = ( event ) => event.preventDefault();

export class Dialog {
	/**
	 * @param {() => Session} newSession makes one for each opening after a closing
	 * @param {string} language of the words
	 */
	constructor( newSession, language ) {
		this.newSession = newSession;
		this.session = newSession();
		this.erased = false;
		/** Whether it is asked, at this moment, if what was typed may go. */
		this.asking = false;
		/** @type {import('./steps/index.js').Step|null} */
		this.drawn = null;
		/** What was asked about when somebody went back: the second time they go. */
		this.askedAbout = '';
		this.title = el( 'h2', { id: 'peer-support-title', class: 'ps-title', tabindex: -1 } );
		this.place = el( 'span', { class: 'ps-small', id: 'ps-place' } );
		// It takes the focus, and is read out for that: an alert would be read out twice.
		this.said = el( 'div', { id: 'ps-said', class: 'ps-said', tabindex: -1, role: 'group', 'aria-labelledby': 'ps-said-words', hidden: true } );
		this.content = el( 'div' );
		this.body = el( 'div', { class: 'ps-body' }, this.said, this.content );
		this.footer = el( 'div', { class: 'ps-actions' } );
		this.progress = el( 'span', { id: 'ps-progress', role: 'status', class: 'ps-small' } );
		this.closer = button( '×', 'close', () => close( this ), QUIET + ' cdx-button--icon-only ps-close' );
		this.closer.setAttribute( 'aria-label', msg( 'peer-support-close' ) );
		this.frame = el( 'div', { class: 'ps-frame' },
			el( 'div', { class: 'ps-head' }, el( 'div', {}, this.title, this.place ), this.closer ),
			this.body,
			el( 'div', { class: 'ps-foot' },
				button( msg( 'peer-support-leave' ), 'leave', () => this.leave(), QUIET + ' ps-leave' ),
				this.progress,
				this.footer )
		);
		this.element = el( 'dialog', {
			id: 'peer-support-dialog',
			class: 'ps-dialog',
			'aria-labelledby': 'peer-support-title',
			lang: language,
			dir: directionOf( language ),
			// While something is on its way the window stays, so that its end is seen.
			cancel: ( /** @type {Event} */ event ) => ( this.session.sending || asks( this ) ) && event.preventDefault(),
			// Also by Escape.
			close: () => erase( this )
		}, this.frame );
		document.body.appendChild( this.element );
		watchEscape( () => this.element.open, () => this.leave() );
		onFault( () => this.broken() );
		this.take( this.session );
	}

	/** A fault of ours: said, with where else to turn, and counted nowhere. */
	broken() {
		this.session.fail();
		try {
			this.paint( null );
		} catch ( e ) {
			this.content.replaceChildren( p( msg( this.session.over ? 'peer-support-sent' : 'peer-support-closed-fault' ) ), p( msg( 'peer-support-danger' ) ) );
			this.footer.replaceChildren();
		}
	}

	/**
	 * @param {Session} session a new one after a request that was sent, or a form that was closed
	 */
	take( session ) {
		this.session = session;
		this.erased = false;
		this.drawn = null;
		this.askedAbout = '';
		session.waiting = () => {
			this.progress.textContent = msg( 'peer-support-waiting' );
		};
		session.outside.tabs.listen( ( account ) => this.heard( account ) );
	}

	/**
	 * Another tab has sent for this account.
	 *
	 * @param {number} account
	 */
	heard( account ) {
		const { session } = this;
		if ( session.account && session.account.id === account && !session.over && !session.sending ) {
			session.shut( 'sent-elsewhere' );
			this.draw();
		}
	}

	show() {
		if ( !this.element.open ) {
			if ( this.element.showModal ) {
				this.element.showModal();
			} else {
				this.element.setAttribute( 'open', '' );
			}
		}
	}

	open() {
		if ( this.erased || this.session.over ) {
			this.take( this.newSession() );
		}
		this.show();
		this.draw();
		const { session } = this;
		return session.check().catch( () => session.fail() ).then( () => {
			if ( this.erased || session !== this.session ) {
				return;
			}
			// A question that is open stays as it is: somebody may be typing.
			if ( session.step !== this.drawn || !session.way().includes( session.step ) || session.step.id === 'opening' ) {
				this.draw();
			}
		} );
	}

	leave() {
		window.removeEventListener( 'beforeunload', ask );
		erase( this );
		this.element.remove();
		leave();
	}

	/** Look again whether the network is open. */
	again() {
		const { why } = this.session;
		this.open().then( () => {
			const place = document.getElementById( 'ps-looked' );
			if ( place && this.session.why === why ) {
				place.textContent = msg( 'peer-support-still-so' );
			}
		} );
	}

	/**
	 * @param {Node|null} [said] what stands above the step: an error
	 */
	draw( said ) {
		try {
			this.paint( said );
		} catch ( e ) {
			this.broken();
		}
	}

	/**
	 * @param {Node|null} [said]
	 */
	paint( said ) {
		const { session } = this;
		const { step } = session;
		const changed = this.drawn !== step;
		this.asking = false;
		takeHalf( session );
		const way = session.way();
		const content = step.build( session, this );
		// The opening and the fork ask nothing that counts as a step.
		const at = session.quick || session.fromReview ? 0 : way.indexOf( step ) - 1;
		const above = said || this.question();
		this.drawn = step;
		this.frame.setAttribute( 'data-step', step.id );
		this.frame.setAttribute( 'data-reason', session.state === 'closed' ? session.why : '' );
		this.title.textContent = step.title();
		this.place.textContent = at > 0 ? msg( 'peer-support-place', digits( at ), digits( way.length - 2 ) ) : '';
		this.progress.textContent = session.sending ? msg( 'peer-support-sending' ) : '';
		this.closer.disabled = session.sending;
		this.said.hidden = !above;
		this.said.replaceChildren( ...present( above ) );
		this.content.replaceChildren( ...content );
		this.footer.replaceChildren( ...footer( this ) );
		if ( said || changed ) {
			this.body.scrollTop = 0;
			( said ? this.said : this.title ).focus();
		}
	}

	/** @return {Node|null} the wiki's question, as long as it has no answer */
	question() {
		const { session } = this;
		return session.captcha && session.step.id === 'review' && !session.sending ?
			this.failed( Object.assign( notSaved( 'captcha' ), { captcha: session.captcha } ) ) : null;
	}

	/**
	 * @param {Problem[]} problems
	 * @return {Node|null}
	 */
	problems( problems ) {
		return problems.length ? problemBox( problems, this.session, ( step ) => this.change( step ) ) : null;
	}

	/**
	 * Whichever way a step is left, what is half typed is taken; what cannot be taken is asked about. Nobody is kept
	 * on a step who wants to go back: the second press goes, and it is asked about again before anything is sent.
	 *
	 * @param {number} by
	 */
	move( by ) {
		const { session } = this;
		const found = session.step.id === 'opening' ? [] : session.problems();
		const problems = by > 0 ? found : found.filter( ( each ) => each.half );
		const about = problems.map( ( each ) => each.half ).join( '\n' );
		if ( problems.length && ( by > 0 || about !== this.askedAbout ) ) {
			this.askedAbout = about;
			this.draw( this.problems( problems ) );
			return;
		}
		session.move( by );
		this.arrive();
	}

	/** Draw a step that was just come to, with what was left half typed on it. */
	arrive() {
		const { session } = this;
		const half = QUESTIONS.includes( session.step ) ? session.problems().filter( ( found ) => found.half ) : [];
		this.draw( this.problems( half ) );
	}

	/**
	 * @param {boolean} quick straight to the review
	 */
	choose( quick ) {
		this.session.choose( quick );
		this.arrive();
	}

	/**
	 * @param {string} step from the review to this one
	 */
	change( step ) {
		this.session.change( step );
		this.arrive();
	}

	/**
	 * @param {boolean} [another] without an answer: the wiki then asks another question
	 */
	async send( another ) {
		const { session } = this;
		if ( session.sending ) {
			return;
		}
		const problems = session.sender.unsure ? [] : session.problems();
		if ( problems.length ) {
			this.draw( this.problems( problems ) );
			return;
		}
		window.addEventListener( 'beforeunload', ask );
		const sending = session.send( another );
		this.draw();
		// The button that was pressed is disabled now: the focus must not fall out of the window.
		this.title.focus();
		/** @type {Saved} */
		let saved;
		try {
			saved = await sending;
		} finally {
			window.removeEventListener( 'beforeunload', ask );
		}
		this.show();
		this.draw( saved.saved || session.step.id !== 'review' ? null : this.failed( saved ) );
	}

	/**
	 * @param {Saved} saved
	 * @return {Node}
	 */
	failed( saved ) {
		const { session } = this;
		return el( 'div', {}, failureBox( saved, session ), saved.captcha ? captchaBox( saved.captcha, session.halfAnswer, ( answer ) => {
			session.halfAnswer = answer;
		}, () => this.send(), () => this.send( true ) ) : null );
	}
}
