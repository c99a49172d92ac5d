/**
 * Leaving at once: the page is replaced by the wiki's main page, so that Back does not bring it up again.
 */

/** How long three presses of Escape may take, in milliseconds. */
const WHILE = 2000;

export function leave() {
	// At once, before the next page is there: whoever looks over a shoulder sees nothing of this one.
	document.documentElement.style.visibility = 'hidden';
	document.title = mw.config.get( 'wgSiteName' );
	// index.php without a title is the main page, on every wiki.
	location.replace( mw.config.get( 'wgScript' ) );
}

/**
 * Escape pressed three times. The first may have closed the dialog, so the whole page listens.
 *
 * @param {() => boolean} open whether the dialog is open: only then does counting begin
 * @param {() => void} act
 */
export function watchEscape( open, act ) {
	/** @type {number[]} */
	let presses = [];
	document.addEventListener( 'keydown', ( event ) => {
		if ( event.key !== 'Escape' || event.repeat || event.isComposing ) {
			return;
		}
		presses = presses.filter( ( at ) => event.timeStamp - at < WHILE );
		if ( presses.length || open() ) {
			presses.push( event.timeStamp );
		}
		if ( presses.length > 2 ) {
			act();
		}
	}, true );
}
