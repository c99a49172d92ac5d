/**
 * The window: one step at a time in the browser's own <dialog>, which keeps the focus inside and closes on Escape.
 */
import { el, p } from './dom.js';
import { button, notice, PRIMARY, QUIET } from './controls.js';
import { channelName } from './steps/channels.js';
import { directionOf, msg } from './messages.js';
import { leave, watchEscape } from './leave.js';

/** @typedef {import('./session.js').Session} Session */
/** @typedef {{step: string, problem: string, channel?: string}} Problem */

export class Dialog {
	/**
	 * @param {Session} session
	 * @param {string} language of the words
	 */
	constructor( session, language ) {
		this.session = session;
		this.title = el( 'h2', { id: 'peer-support-title', class: 'ps-title', tabindex: -1 } );
		this.place = el( 'span', { class: 'ps-small' } );
		this.body = el( 'div', { class: 'ps-body' } );
		this.footer = el( 'div', { class: 'ps-actions' } );
		this.frame = el( 'div', { class: 'ps-frame' },
			el( 'div', { class: 'ps-head' },
				el( 'div', {}, this.title, this.place ),
				button( '×', 'close', () => this.close(), QUIET + ' cdx-button--icon-only ps-close' ) ),
			this.body,
			el( 'div', { class: 'ps-foot' },
				button( msg( 'leave' ), 'leave', () => this.leave(), QUIET + ' ps-leave' ),
				this.footer )
		);
		this.frame.querySelector( '.ps-close' ).setAttribute( 'aria-label', msg( 'close' ) );
		this.element = el( 'dialog', {
			id: 'peer-support-dialog',
			class: 'ps-dialog',
			'aria-labelledby': 'peer-support-title',
			lang: language,
			dir: directionOf( language )
		}, this.frame );
		document.body.appendChild( this.element );
		watchEscape( () => this.element.open, () => this.leave() );
	}

	open() {
		if ( !this.element.open ) {
			if ( this.element.showModal ) {
				this.element.showModal();
			} else {
				this.element.setAttribute( 'open', '' );
			}
		}
		this.draw();
		this.session.check().then( () => {
			// A question that is open stays as it is: somebody may be typing.
			if ( this.session.step !== this.drawn || !this.session.way().includes( this.session.step ) || this.session.step.id === 'opening' ) {
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
		this.element.remove();
		leave();
	}

	/**
	 * @param {Node[]} [said] what stands above the step: an error
	 */
	draw( said ) {
		const { session } = this;
		const { step } = session;
		const changed = this.drawn !== step;
		const way = session.way();
		const at = way.indexOf( step );
		this.drawn = step;
		this.frame.setAttribute( 'data-step', step.id );
		this.frame.setAttribute( 'data-reason', session.state === 'closed' ? session.why : '' );
		this.title.textContent = step.title();
		this.place.textContent = at > 0 ? msg( 'place', mw.language.convertNumber( at ), mw.language.convertNumber( way.length - 1 ) ) : '';
		this.body.replaceChildren( ...( said || [] ), ...step.build( session ) );
		this.footer.replaceChildren( ...this.buttons() );
		if ( changed ) {
			this.body.scrollTop = 0;
			this.title.focus();
		}
	}

	/** @return {Node[]} */
	buttons() {
		const { session } = this;
		const id = session.step.id;
		if ( id === 'sent' ) {
			return [ button( msg( 'done' ), 'done', () => this.close(), PRIMARY ) ];
		}
		if ( id === 'unavailable' ) {
			return [ button( msg( 'look-again' ), 'again', () => this.open() ) ];
		}
		const buttons = [];
		if ( id !== 'opening' ) {
			buttons.push( button( msg( 'back' ), 'back', () => this.move( -1 ) ) );
		}
		if ( id === 'review' ) {
			const send = button( session.sending ? msg( 'sending' ) : msg( 'send' ), 'send', () => this.send(), PRIMARY );
			buttons.push( send );
		} else {
			buttons.push( button( id === 'opening' ? msg( 'start' ) : msg( 'forward' ), 'next', () => this.move( 1 ), PRIMARY ) );
		}
		buttons.forEach( ( each ) => {
			each.disabled = session.sending || session.state === 'asking';
		} );
		return buttons;
	}

	/**
	 * @param {number} by
	 */
	move( by ) {
		const problems = by > 0 && this.session.step.id !== 'opening' ? this.session.problems() : [];
		if ( problems.length ) {
			this.say( problems );
			return;
		}
		this.session.move( by );
		this.draw();
	}

	/**
	 * @param {Problem[]} problems
	 */
	say( problems ) {
		this.draw( [ el( 'div', { class: 'ps-said', tabindex: -1 }, notice( 'error', ...problems.map( ( found ) => el( 'p', { 'data-problem': found.problem },
			found.channel ? msg( 'problem-' + found.problem, channelName( found.channel ) ) : msg( 'problem-' + found.problem ) ) ) ) ) ] );
		this.body.scrollTop = 0;
		this.body.firstChild.focus();
	}

	async send() {
		if ( this.session.sending ) {
			return;
		}
		const problems = this.session.problems();
		if ( problems.length ) {
			this.say( problems );
			return;
		}
		const sending = this.session.send();
		this.footer.replaceChildren( ...this.buttons() );
		this.footer.appendChild( el( 'span', { role: 'status', class: 'ps-hidden' }, msg( 'sending' ) ) );
		const saved = await sending;
		if ( saved.saved || saved.outcome === 'closed' ) {
			this.draw();
			return;
		}
		this.draw( [ el( 'div', { class: 'ps-said', tabindex: -1 }, notice( 'error',
			el( 'p', { 'data-outcome': saved.outcome }, msg( 'failed-' + saved.outcome ) ),
			saved.again ? p( msg( 'failed-again' ) ) : p( msg( 'failed-elsewhere' ) )
		) ) ] );
		this.body.scrollTop = 0;
		this.body.firstChild.focus();
	}
}
