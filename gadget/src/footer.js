/**
 * The buttons below a step: the ways out of it.
 */
import { close } from './closing.js';
import { button, PRIMARY } from './controls.js';
import { msg } from './messages.js';

/**
 * @param {import('./dialog.js').Dialog} dialog
 * @return {Node[]}
 */
export function footer( dialog ) {
	const { session } = dialog;
	const id = session.step.id;
	if ( session.over ) {
		return [ button( msg( 'peer-support-done' ), 'done', () => close( dialog ), PRIMARY ) ];
	}
	if ( id === 'unavailable' ) {
		return [ button( msg( 'peer-support-look-again' ), 'again', () => dialog.again() ) ];
	}
	const back = button( msg( 'peer-support-back' ), 'back', () => dialog.move( -1 ) );
	if ( id === 'fork' ) {
		return [ back ];
	}
	const forward = id === 'review' ?
		button( session.sending ? msg( 'peer-support-sending' ) : msg( 'peer-support-send' ), 'send', () => dialog.send(), PRIMARY ) :
		button( msg( id === 'opening' ? 'peer-support-start' : session.fromReview ? 'peer-support-to-review' : 'peer-support-forward' ), 'next', () => dialog.move( 1 ), PRIMARY );
	back.disabled = session.sending || id === 'review' && session.sender.unsure;
	forward.disabled = session.sending || session.state === 'asking';
	// A question opened from the review has one way back to it.
	return id === 'opening' || session.fromReview && !session.allProblems().length ? [ forward ] : [ back, forward ];
}
