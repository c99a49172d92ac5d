/**
 * The question with which a wiki wants to see that somebody is no robot, as its API hands it over. Pure.
 */

/** @typedef {import('./types.js').Captcha} Captcha */

/**
 * @param {import('./types.js').AskedCaptcha|undefined} value `captcha` in the answer to an edit
 * @param {(html: string) => string} textOf the words of a piece of HTML, which is never shown as such
 * @param {string} here address of the page, which a picture's address counts from
 * @return {Captcha|null} null: of a kind that only a script of its maker can show
 */
export function readCaptcha( value, textOf, here ) {
	if ( !value || value.id === undefined || /javascript/.test( String( value.mime ) ) ) {
		return null;
	}
	const id = String( value.id );
	if ( typeof value.question === 'string' && value.question ) {
		return { id, question: value.mime === 'text/html' ? textOf( value.question ) : value.question, image: '' };
	}
	try {
		const image = new URL( String( value.url ), here );
		return /^https?:$/.test( image.protocol ) ? { id, question: '', image: image.href } : null;
	} catch ( e ) {
		return null;
	}
}
