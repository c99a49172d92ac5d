/**
 * JSON, whatever the other scripts of the page have added to lists and objects: an `Array.prototype.toJSON`, as old
 * libraries bring it along, makes a text of every list, and the bot could not read the request.
 */

/**
 * @param {unknown} value of texts, numbers, true, false, null, lists and plain objects
 * @return {string}
 */
export function jsonOf( value ) {
	if ( Array.isArray( value ) ) {
		return '[' + value.map( ( each ) => jsonOf( each ) ).join( ',' ) + ']';
	}
	if ( value && typeof value === 'object' ) {
		return '{' + Object.entries( value ).map( ( [ name, each ] ) => JSON.stringify( name ) + ':' + jsonOf( each ) ).join( ',' ) + '}';
	}
	return JSON.stringify( value );
}
