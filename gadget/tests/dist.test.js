import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Linter } from 'eslint';
import { expect, test, vi } from 'vitest';
import { bundle } from '../tools/bundle.js';
import { LANGUAGES } from '../src/languages.js';
import { ROOT } from '../tools/root.js';
import en from '../i18n/en.json';

const read = ( ...path ) => readFileSync( join( ROOT, ...path ), 'utf8' );
const SCRIPTS = [ 'peer-support.js', 'peer-support-dialog.js', ...LANGUAGES.map( ( language ) => `peer-support-words-${ language }.js` ) ];
const weight = ( ...names ) => names.map( ( name ) => gzipSync( read( 'dist', name ), { level: 9 } ).length ).reduce( ( sum, each ) => sum + each );

test( 'dist/ is a fresh build', async () => {
	for ( const [ name, text ] of Object.entries( await bundle() ) ) {
		expect( read( 'dist', name ) === text, name + ': run `npm run build`' ).toBe( true );
	}
} );

test.each( SCRIPTS )( '%s is ES2016, as ResourceLoader 1.43 wants it', ( name ) => {
	const found = new Linter().verify( read( 'dist', name ), { parserOptions: { ecmaVersion: 2016 } } );
	expect( found.filter( ( problem ) => problem.fatal ) ).toEqual( [] );
} );

test( 'the entry is under 3 kB gzipped', () => {
	expect( weight( 'peer-support.js' ) ).toBeLessThan( 3000 );
} );

test.each( LANGUAGES )( 'a first opening in %s is small', ( language ) => {
	expect( weight( 'peer-support-dialog.js', 'peer-support-dialog.css', `peer-support-words-${ language }.js` ) ).toBeLessThan( 36000 );
} );

test( 'every language of i18n/ is built, and the manifest has it', () => {
	const there = readdirSync( join( ROOT, 'i18n' ) ).map( ( name ) => name.replace( '.json', '' ) ).filter( ( name ) => name !== 'qqq' );
	expect( LANGUAGES ).toEqual( there );
	const lines = JSON.parse( read( 'wiki', 'pages.json' ) ).definition.lines.join();
	for ( const language of there ) {
		expect( lines ).toContain( `|peer-support-words-${ language }.js` );
	}
} );

test( 'the words of a language are all there, and nothing but words', () => {
	for ( const language of LANGUAGES ) {
		const set = vi.fn();
		// eslint-disable-next-line no-new-func
		new Function( 'mw', read( 'dist', `peer-support-words-${ language }.js` ) )( { messages: { set } } );
		const [ [ words ] ] = set.mock.calls;
		expect( Object.keys( words ) ).toEqual( Object.keys( en ).filter( ( key ) => key !== '@metadata' && !key.startsWith( 'peer-support-entry-' ) ) );
	}
} );

test( 'the manifest names files that exist, and every page of the gadgets', () => {
	const manifest = JSON.parse( read( 'wiki', 'pages.json' ) );
	const titles = manifest.pages.map( ( page ) => page.title );
	for ( const page of manifest.pages ) {
		expect( existsSync( join( ROOT, page.file ) ), page.file ).toBe( true );
	}
	for ( const line of manifest.definition.lines ) {
		for ( const page of line.split( ']' )[ 1 ].split( '|' ).slice( 1 ) ) {
			expect( titles ).toContain( 'MediaWiki:Gadget-' + page );
		}
	}
} );

test( 'the intake page’s own text is no request', () => {
	for ( const name of [ 'intake.wikitext', 'intake-header.wikitext' ] ) {
		expect( read( 'wiki', name ) ).not.toMatch( /\{\{\s*Peer support (envelope|request)/i );
	}
} );
