import { beforeEach, describe, expect, test, vi } from 'vitest';
import { $, escape, FIELDS, freshPage, go, openWith, outcome, press, stand, step, tick, toReview, type } from './acting.js';

beforeEach( freshPage );

describe( 'closing erases', () => {
	const MARKER = 'words-of-Ida';
	const nothingLeft = ( dialog ) => {
		const held = JSON.stringify( [ dialog.session.draft, dialog.session.halfName, dialog.session.halfLanguage, dialog.session.halfAnswer, dialog.session.sender.envelope ] );
		expect( held + document.documentElement.outerHTML + [ ...document.querySelectorAll( 'input, textarea' ) ].map( ( one ) => one.value ).join() ).not.toContain( MARKER );
	};

	const WAYS = {
		'the button, twice': () => go( 'close', 'close' ),
		'the button, and yes': () => go( 'close', 'close-erase' ),
		'Escape, twice': ( dialog ) => [ escape( dialog ), escape( dialog ) ],
		'Escape that nothing stops': ( dialog ) => dialog.element.dispatchEvent( new Event( 'close' ) )
	};

	test.each( Object.keys( WAYS ) )( 'by %s', async ( way ) => {
		for ( const name of Object.keys( FIELDS ) ) {
			freshPage();
			const { api, dialog } = await stand( name );
			if ( FIELDS[ name ].before ) {
				FIELDS[ name ].before();
			}
			type( FIELDS[ name ].typed, MARKER );
			const { token } = dialog.session.identity;
			WAYS[ way ]( dialog );
			nothingLeft( dialog );
			expect( api.posts ).toEqual( [] );
			await dialog.open();
			expect( step() ).toBe( 'opening' );
			expect( dialog.session.identity.token ).not.toBe( token );
			toReview();
			nothingLeft( dialog );
		}
	} );

	test( 'nothing is asked where nothing was written, nor after it was sent', async () => {
		const { dialog } = await openWith();
		go( 'next', 'close' );
		expect( dialog.erased ).toBe( true );
		await dialog.open();
		go( 'next', 'just-ask' );
		dialog.session.draft.message = MARKER;
		press( 'send' );
		await vi.waitFor( () => expect( step() ).toBe( 'sent' ) );
		const link = $( '#ps-status-link' ).value;
		press( 'done' );
		nothingLeft( dialog );
		expect( document.documentElement.outerHTML ).not.toContain( link );
	} );

	test( 'an answer of the wiki that comes later brings nothing back', async () => {
		const { dialog } = await openWith();
		const opening = dialog.open();
		press( 'close' );
		await opening;
		expect( dialog.content.childNodes ).toHaveLength( 0 );
	} );
} );

test( 'every field for people’s own words keeps them from the browser’s helpers', async () => {
	const seen = new Set();
	const look = () => Array.from( document.querySelectorAll( 'textarea, input:not([type=checkbox])' ) ).forEach( ( field ) => {
		seen.add( field.id );
		for ( const [ name, value ] of Object.entries( { autocomplete: 'off', spellcheck: 'false', translate: 'no', writingsuggestions: 'false' } ) ) {
			expect( field.getAttribute( name ), field.id + ' ' + name ).toBe( value );
		}
	} );
	const { dialog } = await openWith( { edits: [ { edit: { result: 'Failure', captcha: { id: 9, mime: 'text/plain', question: '2 + 3' } } } ] } );
	go( 'next', 'say-more' );
	while ( step() !== 'review' ) {
		if ( step() === 'channels' ) {
			tick( 'ps-channel-2' );
			type( 'ps-address-2', 'ida.01' );
		}
		look();
		press( 'next' );
	}
	press( 'send' );
	await outcome( 'captcha' );
	look();
	type( 'ps-captcha-word', '5' );
	press( 'send' );
	await vi.waitFor( () => expect( step() ).toBe( 'sent' ) );
	look();
	expect( dialog.session.over ).toBe( true );
	expect( [ ...seen ].sort() ).toEqual( [ 'ps-address-2', 'ps-avoid', 'ps-captcha-word', 'ps-language-search', 'ps-message', 'ps-status-link' ] );
} );
