/**
 * Padding, sealing, and the wikitext of an envelope, exactly as PROTOCOL.md, section 2, has them.
 */
import { AEAD_AES_128_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_P256_HKDF_SHA256 } from 'hpke';
import { plaintextBytes } from '../../bot/request/limits.json';
import { fromBase64url, toBase64url } from './base64url.js';
import { jsonOf } from './json.js';

/** @typedef {import('./types.js').PageKey} PageKey */

export const PLAINTEXT_SIZE = plaintextBytes;
export const SEALED_SIZE = 65 + PLAINTEXT_SIZE + 16;

/** The request is larger than one envelope. Nothing is ever cut. */
export class WillNotFit extends Error {}

/** The browser's own cryptography did not do its part. */
export class CannotSeal extends Error {}

/**
 * @param {Object} payload
 * @return {Uint8Array} length, JSON, zeros: always of one size
 */
export function pad( payload ) {
	const json = new TextEncoder().encode( jsonOf( payload ) );
	if ( json.length > PLAINTEXT_SIZE - 2 ) {
		throw new WillNotFit();
	}
	const plaintext = new Uint8Array( PLAINTEXT_SIZE );
	plaintext[ 0 ] = Math.floor( json.length / 256 );
	plaintext[ 1 ] = json.length % 256;
	plaintext.set( json, 2 );
	return plaintext;
}

/**
 * What binds an envelope to one wiki, one author and one key.
 *
 * @param {string} wiki the wiki's id
 * @param {number} userId of the author
 * @param {string} keyId
 * @return {Uint8Array}
 */
export const infoOf = ( wiki, userId, keyId ) => new TextEncoder().encode( [ 'peer-support/1', wiki, String( userId ), keyId ].join( '\0' ) );

/** @return {CipherSuite} */
export const suite = () => new CipherSuite( KEM_DHKEM_P256_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_128_GCM );

/**
 * The one part that is the browser's: what fails here is no fault of the form.
 *
 * @param {Uint8Array} point
 * @param {Uint8Array} plaintext
 * @param {Uint8Array} info
 * @return {Promise<{encapsulatedSecret: Uint8Array, ciphertext: Uint8Array}>}
 */
async function sealWith( point, plaintext, info ) {
	const hpke = suite();
	try {
		return await hpke.Seal( await hpke.DeserializePublicKey( point ), plaintext, { info } );
	} catch ( e ) {
		throw new CannotSeal();
	}
}

/**
 * @param {Object} payload
 * @param {{key: PageKey, wiki: string, userId: number}} to
 * @return {Promise<Uint8Array>} 4177 bytes: encapsulated key, ciphertext, tag
 */
export async function seal( payload, to ) {
	const point = fromBase64url( to.key.public );
	if ( !point ) {
		throw new TypeError( 'The key is no base64url' );
	}
	const plaintext = pad( payload );
	const info = infoOf( to.wiki, to.userId, to.key.id );
	const { encapsulatedSecret, ciphertext } = await sealWith( point, plaintext, info );
	const bytes = new Uint8Array( encapsulatedSecret.length + ciphertext.length );
	bytes.set( encapsulatedSecret );
	bytes.set( ciphertext, encapsulatedSecret.length );
	return bytes;
}

/**
 * @param {Uint8Array} sealed
 * @param {string} keyId
 * @return {string} what is appended to the intake page
 */
export function envelopeText( sealed, keyId ) {
	const lines = /** @type {string[]} */ ( toBase64url( sealed ).match( /.{1,64}/g ) );
	return '\n{{Peer support envelope|v=1|key=' + keyId + '|sealed=\n' + lines.join( '\n' ) + '\n}}';
}
