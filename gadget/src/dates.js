/**
 * Dates of the server, as the reader writes them.
 */

/**
 * @param {string} iso ISO 8601
 * @param {string[]} chain languages of the reader
 * @return {string} empty when it is no date
 */
export function dateInWords( iso, chain ) {
	const at = new Date( iso );
	if ( Number.isNaN( at.getTime() ) ) {
		return '';
	}
	try {
		return new Intl.DateTimeFormat( chain, { dateStyle: 'long', timeStyle: 'short' } ).format( at );
	} catch ( e ) {
		// A language code that is the wiki's own.
		return new Intl.DateTimeFormat( 'en', { dateStyle: 'long', timeStyle: 'short' } ).format( at );
	}
}
