/**
 * base64url without padding, to bytes and back.
 */

/**
 * @param {Uint8Array} bytes
 * @return {string}
 */
export function toBase64url( bytes ) {
	let binary = '';
	bytes.forEach( ( byte ) => {
		binary += String.fromCharCode( byte );
	} );
	return btoa( binary ).replace( /\+/g, '-' ).replace( /\//g, '_' ).replace( /=+$/, '' );
}

/**
 * @param {string} text
 * @return {Uint8Array|null} null when it is no base64url
 */
export function fromBase64url( text ) {
	if ( !/^[A-Za-z0-9_-]*$/.test( text ) || text.length % 4 === 1 ) {
		return null;
	}
	const binary = atob( text.replace( /-/g, '+' ).replace( /_/g, '/' ) );
	const bytes = new Uint8Array( binary.length );
	for ( let i = 0; i < binary.length; i++ ) {
		bytes[ i ] = binary.charCodeAt( i );
	}
	return bytes;
}
