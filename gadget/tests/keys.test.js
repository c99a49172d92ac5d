/**
 * Each key of a message is written out where it is used: the rule `mediawiki/msg-doc` sees `mw.message` alone, and the
 * gadget has a `msg` of its own.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import en from '../i18n/en.json';

const KEYS = Object.keys( en ).filter( ( key ) => key !== '@metadata' );
const SOURCE = join( import.meta.dirname, '../src' );
const FILES = readdirSync( SOURCE, { recursive: true } ).filter( ( name ) => name.endsWith( '.js' ) );
const WRITTEN = /'(peer-support-[a-z-]*[a-z])'|^\s*\/\/ \* (peer-support-[a-z-]+)$/gm;

/**
 * @param {string} text
 * @return {{begin: string, listed: string[]}[]} each key that is put together, and the list above it
 */
function putTogether( text ) {
	const lines = text.split( '\n' );
	return lines.flatMap( ( line, at ) => Array.from( line.matchAll( /'(peer-support-[a-z-]*-)' \+/g ), ( found ) => {
		const listed = [];
		for ( let above = at - 1; above >= 0 && /^\s*\/\/ /.test( lines[ above ] ); above-- ) {
			listed.push( ...lines[ above ].split( '* ' ).slice( 1 ) );
		}
		return { begin: found[ 1 ], listed };
	} ) );
}

describe.each( FILES )( '%s', ( file ) => {
	const text = readFileSync( join( SOURCE, file ), 'utf8' );

	it( 'names no message that there is not', () => {
		const named = Array.from( text.matchAll( /^\s*\/\/ \* (peer-support-[a-z-]+)$/gm ), ( found ) => found[ 1 ] );
		expect( named.filter( ( key ) => !KEYS.includes( key ) ) ).toEqual( [] );
	} );

	it( 'lists what a key can become that it puts together', () => {
		putTogether( text ).forEach( ( { begin, listed } ) => {
			expect( listed.length, begin ).toBeGreaterThan( 1 );
			listed.forEach( ( key ) => expect( key.startsWith( begin ), key ).toBe( true ) );
		} );
	} );
} );

it( 'writes every message out somewhere', () => {
	const written = new Set( FILES.flatMap( ( file ) => Array.from(
		readFileSync( join( SOURCE, file ), 'utf8' ).matchAll( WRITTEN ), ( found ) => found[ 1 ] || found[ 2 ]
	) ) );
	expect( KEYS.filter( ( key ) => !written.has( key ) ) ).toEqual( [] );
} );

it( 'finds the keys that are put together', () => {
	const all = FILES.flatMap( ( file ) => putTogether( readFileSync( join( SOURCE, file ), 'utf8' ) ) );
	expect( all.length ).toBeGreaterThan( 8 );
} );
