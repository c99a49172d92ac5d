import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Linter } from 'eslint';
import { expect, test } from 'vitest';
import { bundle } from '../tools/bundle.js';
import { ROOT } from '../tools/root.js';

const read = ( ...path ) => readFileSync( join( ROOT, ...path ), 'utf8' );
const SCRIPTS = [ 'peer-support.js', 'peer-support-dialog.js' ];

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
	expect( gzipSync( read( 'dist', 'peer-support.js' ), { level: 9 } ).length ).toBeLessThan( 3000 );
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
