/**
 * The window: one step at a time in the browser's own <dialog>, which keeps the focus inside and closes on Escape.
 */
import { el } from './dom.js';
import { button, PRIMARY, QUIET } from './controls.js';
import { captchaBox, failureBox, problemBox } from './failure.js';
import { digits, directionOf, msg } from './messages.js';
import { leave, watchEscape } from './leave.js';

/** @typedef {import('./session.js').Session} Session */
/** @typedef {import('./types.js').Saved} Saved */

/**
 * The browser's own question, only while something is on its way.
 *
 * @param {Event} event
 * @return {void}
 */
const ask = ( event ) => event.preventDefault();

export class Dialog {
	/**
	 * @param {Session} session
	 * @param {string} language of the words
	 */
	constructor( session, language ) {
		this.session = session;
		/** @type {import('./steps/index.js').Step|null} */
		this.drawn = null;
		/** @type {string} what was answered to the wiki's question */
		this.answer = '';
		this.title = el( 'h2', { id: 'peer-support-title', class: 'ps-title', tabindex: -1 } );
		this.place = el( 'span', { class: 'ps-small', id: 'ps-place' } );
		this.said = el( 'div', { id: 'ps-said', class: 'ps-said', tabindex: -1, role: 'alert', hidden: true } );
		this.content = el( 'div' );
		this.body = el( 'div', { class: 'ps-body' }, this.said, this.content );
		this.footer = el( 'div', { class: 'ps-actions' } );
		this.progress = el( 'span', { id: 'ps-progress', role: 'status', class: 'ps-small' } );
		this.closer = button( '×', 'close', () => this.close(), QUIET + ' cdx-button--icon-only ps-close' );
		this.closer.setAttribute( 'aria-label', msg( 'close' ) );
		this.frame = el( 'div', { class: 'ps-frame' },
			el( 'div', { class: 'ps-head' }, el( 'div', {}, this.title, this.place ), this.closer ),
			this.body,
			el( 'div', { class: 'ps-foot' },
				button( msg( 'leave' ), 'leave', () => this.leave(), QUIET + ' ps-leave' ),
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
			cancel: ( /** @type {Event} */ event ) => this.session.sending && event.preventDefault()
		}, this.frame );
		document.body.appendChild( this.element );
		watchEscape( () => this.element.open, () => this.leave() );
		this.take( session );
	}

	/**
	 * @param {Session} session a new one after a request that was sent
	 */
	take( session ) {
		this.session = session;
		this.drawn = null;
		session.waiting = () => {
			this.progress.textContent = msg( 'waiting' );
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
		this.show();
		this.draw();
		const { session } = this;
		return session.check().then( () => {
			// A question that is open stays as it is: somebody may be typing.
			if ( session.step !== this.drawn || !session.way().includes( session.step ) || session.step.id === 'opening' ) {
				this.draw();
			}
		} );
	}

	/** Closing keeps what was typed until the page is left; a request that was sent is done with. */
	close() {
		if ( this.element.close ) {
			this.element.close();
		} else {
			this.element.removeAttribute( 'open' );
		}
	}

	leave() {
		window.removeEventListener( 'beforeunload', ask );
		this.element.remove();
		leave();
	}

	/** Look again whether the network is open. */
	again() {
		const { why } = this.session;
		this.open().then( () => {
			const place = document.getElementById( 'ps-looked' );
			if ( place && this.session.why === why ) {
				place.textContent = msg( 'still-so' );
			}
		} );
	}

	/**
	 * @param {Node} [said] what stands above the step: an error
	 */
	draw( said ) {
		const { session } = this;
		const { step } = session;
		const changed = this.drawn !== step;
		const way = session.way();
		// The opening and the fork ask nothing that counts as a step.
		const at = session.quick || session.fromReview ? 0 : way.indexOf( step ) - 1;
		this.drawn = step;
		this.frame.setAttribute( 'data-step', step.id );
		this.frame.setAttribute( 'data-reason', session.state === 'closed' ? session.why : '' );
		this.title.textContent = step.title();
		this.place.textContent = at > 0 ? msg( 'place', digits( at ), digits( way.length - 2 ) ) : '';
		this.progress.textContent = session.sending ? msg( 'sending' ) : '';
		this.closer.disabled = session.sending;
		this.said.hidden = !said;
		this.said.replaceChildren( ...( said ? [ said ] : [] ) );
		this.content.replaceChildren( ...step.build( session, this ) );
		this.footer.replaceChildren( ...this.buttons() );
		if ( said || changed ) {
			this.body.scrollTop = 0;
			( said ? this.said : this.title ).focus();
		}
	}

	/** @return {Node[]} */
	buttons() {
		const { session } = this;
		const id = session.step.id;
		if ( session.over ) {
			return [ button( msg( 'done' ), 'done', () => this.close(), PRIMARY ) ];
		}
		if ( id === 'unavailable' ) {
			return [ button( msg( 'look-again' ), 'again', () => this.again() ) ];
		}
		const back = button( msg( 'back' ), 'back', () => this.move( -1 ) );
		if ( id === 'fork' ) {
			return [ back ];
		}
		const forward = id === 'review' ?
			button( session.sending ? msg( 'sending' ) : msg( 'send' ), 'send', () => this.send(), PRIMARY ) :
			button( msg( id === 'opening' ? 'start' : session.fromReview ? 'to-review' : 'forward' ), 'next', () => this.move( 1 ), PRIMARY );
		back.disabled = session.sending || id === 'review' && session.sender.unsure;
		forward.disabled = session.sending || session.state === 'asking';
		// A question opened from the review has one way back to it.
		return id === 'opening' || session.fromReview && !session.allProblems().length ? [ forward ] : [ back, forward ];
	}

	/**
	 * @param {number} by
	 */
	move( by ) {
		const problems = by > 0 && this.session.step.id !== 'opening' ? this.session.problems() : [];
		if ( problems.length ) {
			this.draw( problemBox( problems, this.session, ( step ) => this.change( step ) ) );
			return;
		}
		this.session.move( by );
		this.draw();
	}

	/**
	 * @param {boolean} quick straight to the review
	 */
	choose( quick ) {
		this.session.choose( quick );
		this.draw();
	}

	/**
	 * @param {string} step from the review to this one
	 */
	change( step ) {
		this.session.change( step );
		this.draw();
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
			this.draw( problemBox( problems, session, ( step ) => this.change( step ) ) );
			return;
		}
		window.addEventListener( 'beforeunload', ask );
		const sending = session.send( another ? '' : this.answer );
		this.draw();
		// The button that was pressed is disabled now: the focus must not fall out of the window.
		this.title.focus();
		const saved = await sending;
		window.removeEventListener( 'beforeunload', ask );
		this.answer = '';
		this.show();
		this.draw( saved.saved || session.step.id !== 'review' ? undefined : this.failed( saved ) );
	}

	/**
	 * @param {Saved} saved
	 * @return {Node}
	 */
	failed( saved ) {
		return el( 'div', {}, failureBox( saved, this.session ), saved.captcha ? captchaBox( saved.captcha, ( answer ) => {
			this.answer = answer;
		}, () => this.send(), () => this.send( true ) ) : null );
	}
}
