import { describe, expect, test } from 'vitest';
import { buildPayload, bytesOf, charactersOf, drawIdentity, drawRef, overflowOf, showRef, wellFormed } from '../src/payload.js';
import { problemsOf } from '../src/problems.js';
import { roomOf } from '../src/room.js';
import { readPublished } from '../src/published.js';
import { WORDS } from '../src/words.js';
import { draft, IDENTITY, keyPage } from './fakes.js';

const counting = ( start ) => {
	let next = start;
	return ( count ) => Uint8Array.from( { length: count }, () => next++ );
};

describe( 'what is drawn by chance', () => {
	test( 'a reference is eight letters that are hard to misread', () => {
		expect( drawRef( counting( 0 ) ) ).toBe( '01234567' );
		expect( drawRef( counting( 248 ) ) ).toBe( 'RSTVWXYZ' );
		expect( showRef( 'K7QF9M2D' ) ).toBe( 'K7QF-9M2D' );
	} );

	test( 'there are 256 different words', () => {
		expect( new Set( WORDS ).size ).toBe( 256 );
		expect( WORDS.every( ( word ) => /^[a-z]{3,11}$/.test( word ) ) ).toBe( true );
	} );

	test( 'three words differ, even when chance repeats itself', () => {
		const bytes = [ 5, 5, 9, 5, 12 ];
		const identity = drawIdentity( ( count ) => count === 1 ? Uint8Array.of( bytes.shift() ) : new Uint8Array( count ) );
		expect( identity.words ).toEqual( [ WORDS[ 5 ], WORDS[ 9 ], WORDS[ 12 ] ] );
		expect( identity.token ).toMatch( /^[A-Za-z0-9_-]{22}$/ );
	} );
} );

describe( 'the payload', () => {
	const reader = { locale: 'de', emailable: true, published: readPublished( keyPage( { channels: [ 'desk', 'signal', 'telegram' ] } ) ) };

	test( 'has the fields of the protocol and no other', () => {
		expect( buildPayload( draft(), IDENTITY, reader ) ).toEqual( {
			type: 'request', ref: 'K7QF9M2D', locale: 'de', languages: [ 'de' ], topics: [ 'harassment' ], channels: [ 'desk' ], contact: {}, message: '',
			avoid: [], prefer: [], words: [ 'amber', 'tiger', 'window' ], status_token: 'q83vASNFZ4mrze8BI0VniQ', notify: true
		} );
	} );

	test( 'nobody is rung who has no address, or does not want it', () => {
		expect( buildPayload( draft(), IDENTITY, { ...reader, emailable: false } ).notify ).toBe( false );
		expect( buildPayload( draft( { notify: false } ), IDENTITY, reader ).notify ).toBe( false );
	} );

	test( 'an address goes along only for a channel that was chosen', () => {
		const made = buildPayload( draft( { channels: [ 'desk', 'signal' ], contact: { signal: ' ida.01 ', telegram: '@ida' } } ), IDENTITY, reader );
		expect( made.contact ).toEqual( { signal: 'ida.01' } );
	} );

	test( 'half a character becomes a sign that UTF-8 can write', () => {
		expect( wellFormed( 'a\uD83E b 🦊' ) ).toBe( 'a\uFFFD b 🦊' );
	} );
} );

describe( 'what stands in the way', () => {
	const around = { identity: IDENTITY, locale: 'de', emailable: true, published: readPublished( keyPage() ) };
	const problems = ( changes ) => problemsOf( draft( changes ), around ).map( ( found ) => found.step + ' ' + found.problem );

	test.each( [
		[ {}, [] ],
		[ { languages: [] }, [ 'languages language-none' ] ],
		[ { languages: [ 'a', 'b', 'c', 'd', 'e', 'f' ] }, [ 'languages too-many' ] ],
		[ { topics: [ 'a', 'b', 'c', 'd', 'e', 'f' ] }, [ 'topics too-many' ] ],
		[ { channels: [] }, [ 'channels channel-none' ] ],
		[ { channels: [ 'signal' ] }, [ 'channels address-missing' ] ],
		[ { channels: [ 'signal' ], contact: { signal: '  ' } }, [ 'channels address-missing' ] ],
		[ { channels: [ 'signal' ], contact: { signal: 'ж'.repeat( 101 ) } }, [ 'channels address-long' ] ],
		[ { channels: [ 'signal' ], contact: { signal: 'ж'.repeat( 100 ) } }, [] ],
		[ { message: '🦊'.repeat( 750 ) }, [] ],
		[ { message: '🦊'.repeat( 751 ) }, [ 'message message-long' ] ],
		[ { message: 'a'.repeat( 1000 ) }, [] ],
		[ { message: 'a'.repeat( 1001 ) }, [ 'message message-long' ] ],
		[ { prefer: [ 'a', 'b', 'c', 'd', 'e', 'f' ] }, [ 'prefer too-many' ] ],
		// Twenty names in a script of four bytes fill the envelope without a word.
		[ { avoid: Array.from( { length: 20 }, () => '𐎀'.repeat( 63 ) ) }, [ 'avoid names-long' ] ]
	] )( '%j', ( changes, expected ) => {
		expect( problems( changes ) ).toEqual( expected );
	} );

	test.each( [ 'a', '"', '\n', 'é', 'ж', '語', '🦊' ] )( 'as many %j as there is room for make an envelope, and one more does not', ( letter ) => {
		const wide = { ...around, published: readPublished( keyPage( { message_characters: 3000 } ) ) };
		const fits = ( count ) => problemsOf( draft( { message: letter.repeat( count ) } ), wide ).length === 0;
		let most = 0;
		for ( let by = 2048; by >= 1; by /= 2 ) {
			most += fits( most + by ) ? by : 0;
		}
		const message = letter.repeat( most );
		expect( most ).toBeGreaterThan( 700 );
		expect( overflowOf( buildPayload( draft( { message } ), IDENTITY, wide ) ) ).toBeLessThanOrEqual( 0 );
		expect( bytesOf( message ) ).toBeLessThanOrEqual( 3000 );
		const { over } = roomOf( draft( { message: message + letter } ), wide );
		expect( over >= 1 && over <= 2 ).toBe( true );
	} );

	test( 'characters are counted as Python counts them, bytes as UTF-8 has them', () => {
		expect( charactersOf( '🦊é' ) ).toBe( 2 );
		expect( bytesOf( '🦊é' ) ).toBe( 6 );
	} );
} );
