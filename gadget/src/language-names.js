/**
 * Names of languages, as the browser knows them; the code itself where it knows none.
 */

/**
 * @param {string} code
 * @param {string[]} chain languages to name it in, best first
 * @return {string}
 */
export function languageName( code, chain ) {
	try {
		return new Intl.DisplayNames( chain.filter( wellFormedCode ).concat( 'en' ), { type: 'language' } ).of( code ) || code;
	} catch ( e ) {
		return code;
	}
}

/**
 * @param {string} code
 * @return {string} the language's name in itself; empty when the browser does not know it
 */
export function ownName( code ) {
	try {
		const names = new Intl.DisplayNames( [ code ], { type: 'language', fallback: 'none' } );
		return names.resolvedOptions().locale.split( '-' )[ 0 ] === code.split( '-' )[ 0 ] ? names.of( code ) || '' : '';
	} catch ( e ) {
		return '';
	}
}

/**
 * @param {string} code
 * @return {boolean}
 */
function wellFormedCode( code ) {
	try {
		return Intl.getCanonicalLocales( code ).length > 0;
	} catch ( e ) {
		return false;
	}
}
