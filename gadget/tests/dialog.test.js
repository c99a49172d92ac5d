import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JSDOM } from 'jsdom';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Dialog } from '../src/dialog.js';
import { Session } from '../src/session.js';
import { ROOT } from '../tools/root.js';
import { fakeApi, fakeMw, keyPage, outside } from './fakes.js';
import en from '../i18n/en.json';

const HOSTILE = '<img src=x onerror=alert(1)><script>alert(1)</script>{{subst:evil}}';

const $ = ( selector ) => document.querySelector( selector );
const press = ( action ) => $( `[data-action="${ action }"]` ).click();
const step = () => $( '[data-step]' ).dataset.step;
const tick = ( id ) => {
	const box = document.getElementById( id );
	box.checked = !box.checked;
	box.dispatchEvent( new Event( 'change' ) );
};
const type = ( id, words ) => {
	const field = document.getElementById( id );
	field.value = words;
	field.dispatchEvent( new Event( 'input' ) );
};

async function openWith( wiki, changes ) {
	const api = fakeApi( wiki );
	const dialog = new Dialog( new Session( outside( api, changes ) ), 'en' );
	dialog.open();
	await vi.waitFor( () => expect( dialog.session.state ).not.toBe( 'asking' ) );
	await Promise.resolve();
	return { api, dialog };
}

const next = ( times ) => Array.from( { length: times } ).forEach( () => press( 'next' ) );

beforeEach( () => {
	// Not Vitest's jsdom environment: its byte arrays are not those of WebCrypto.
	const { window } = new JSDOM( '<!DOCTYPE html><body></body>', { url: 'https://wiki.example.org/' } );
	Object.assign( globalThis, { document: window.document, Event: window.Event } );
	globalThis.mw = fakeMw( en );
} );

describe( 'the way through', () => {
	test( 'from the first page to the reference', async () => {
		const { api, dialog } = await openWith();
		expect( step() ).toBe( 'opening' );
		press( 'next' );
		expect( step() ).toBe( 'languages' );
		expect( $( '#ps-language-de' ).checked ).toBe( true );
		press( 'next' );
		tick( 'ps-topic-0' );
		press( 'next' );
		expect( $( '#ps-channel-0' ).checked ).toBe( true );
		press( 'next' );
		type( 'ps-message', 'Hello' );
		press( 'next' );
		expect( step() ).toBe( 'review' );
		expect( $( '[data-row=message]' ).textContent ).toContain( 'Hello' );
		press( 'send' );
		await vi.waitFor( () => expect( step() ).toBe( 'sent' ) );
		expect( api.posts ).toHaveLength( 1 );
		expect( $( '#ps-ref' ).textContent ).toMatch( /^[0-9A-Z]{4}-[0-9A-Z]{4}$/ );
		expect( $( '#ps-words' ).textContent ).toBe( dialog.session.identity.words.join( ' ' ) );
		expect( $( '#ps-status-link' ).value ).toBe( 'https://desk.example.org/status/' + dialog.session.identity.token );
	} );

	test( 'back keeps everything', async () => {
		await openWith();
		next( 3 );
		tick( 'ps-channel-2' );
		type( 'ps-address-2', 'ida.01' );
		press( 'next' );
		type( 'ps-message', 'Kept' );
		press( 'back' );
		expect( document.getElementById( 'ps-address-2' ).value ).toBe( 'ida.01' );
		press( 'next' );
		expect( $( '#ps-message' ).value ).toBe( 'Kept' );
	} );

	test( 'a missing choice is said where it is made', async () => {
		await openWith();
		press( 'next' );
		tick( 'ps-language-de' );
		press( 'next' );
		expect( step() ).toBe( 'languages' );
		expect( $( '[data-problem=language-none]' ) ).not.toBe( null );
	} );

	test( 'steps that have nothing to ask are left out', async () => {
		await openWith( { page: keyPage( { topics: {}, message_characters: 0 } ) } );
		next( 3 );
		expect( step() ).toBe( 'review' );
	} );

	test( 'an error keeps the words, and one more press sends', async () => {
		const { api } = await openWith( { edits: [ 'readonly' ] } );
		next( 4 );
		type( 'ps-message', 'Still here' );
		press( 'next' );
		press( 'send' );
		await vi.waitFor( () => expect( $( '[data-outcome]' ).dataset.outcome ).toBe( 'read-only' ) );
		expect( $( '[data-row=message]' ).textContent ).toContain( 'Still here' );
		press( 'send' );
		await vi.waitFor( () => expect( step() ).toBe( 'sent' ) );
		expect( api.posts[ 1 ].appendtext ).toBe( api.posts[ 0 ].appendtext );
	} );

	test( 'two presses of Send are one envelope', async () => {
		const { api, dialog } = await openWith();
		next( 5 );
		dialog.send();
		dialog.send();
		press( 'send' );
		await vi.waitFor( () => expect( step() ).toBe( 'sent' ) );
		expect( api.posts ).toHaveLength( 1 );
	} );
} );

describe( 'before anything is typed', () => {
	test.each( [
		[ { page: keyPage( { state: 'paused' } ) }, 'paused' ],
		[ { page: null }, 'missing' ],
		[ { authorId: 99 }, 'author' ],
		[ { down: true }, 'offline' ],
		[ { user: { id: 0, anon: true } }, 'logged-out' ],
		[ { errors: [ { code: 'blocked' } ] }, 'blocked' ],
		[ { errors: [ { code: 'protectedpage' } ] }, 'protected' ]
	] )( '%j ends in plain words', async ( wiki, reason ) => {
		await openWith( wiki );
		await vi.waitFor( () => expect( step() ).toBe( 'unavailable' ) );
		expect( $( '[data-step]' ).dataset.reason ).toBe( reason );
		expect( $( '#ps-why' ).textContent ).toBe( en[ 'peer-support-closed-' + reason ] );
	} );

	test( 'a browser that cannot seal says so before anything is typed', async () => {
		await openWith( {}, { canSeal: false } );
		await vi.waitFor( () => expect( $( '[data-step]' ).dataset.reason ).toBe( 'browser' ) );
	} );

	test( 'a gadget that was never set up says so', async () => {
		await openWith( {}, { config: null } );
		await vi.waitFor( () => expect( $( '[data-step]' ).dataset.reason ).toBe( 'config' ) );
	} );

	test( 'without a confirmed address there is no Wikimail and no ringing', async () => {
		await openWith( { user: { id: 4242, name: 'Ida' } } );
		next( 3 );
		expect( $( '#ps-channel-1' ).disabled ).toBe( true );
		next( 2 );
		expect( step() ).toBe( 'review' );
		expect( $( '#ps-notify' ) ).toBe( null );
	} );
} );

test( 'hostile published values are text', async () => {
	await openWith( {
		page: keyPage( {
			topics: { [ HOSTILE ]: { en: HOSTILE } },
			channels: [ 'desk', HOSTILE ],
			languages: { en: 'few', [ HOSTILE ]: 'few' },
			where_to_turn: [ { kind: 'emergency', label: { en: HOSTILE }, url: 'javascript:alert(1)' } ]
		} )
	} );
	for ( let at = 0; at < 5; at++ ) {
		expect( $( 'img, script' ) ).toBe( null );
		expect( $( 'a[href^=javascript]' ) ).toBe( null );
		press( 'next' );
	}
	expect( step() ).toBe( 'review' );
} );

test( 'every word that the dialog can say exists in every language', () => {
	const source = [ 'controls', 'dialog', 'steps/opening', 'steps/languages', 'steps/topics', 'steps/channels', 'steps/message', 'steps/review', 'steps/sent', 'steps/unavailable' ]
		.map( ( name ) => readFileSync( join( ROOT, 'src', name + '.js' ), 'utf8' ) ).join( '' );
	const used = Array.from( source.matchAll( /msg\( '([a-z-]+)'[ ,)]/g ), ( found ) => 'peer-support-' + found[ 1 ] ).filter( ( key ) => !key.endsWith( '-' ) );
	expect( used.length ).toBeGreaterThan( 40 );
	for ( const language of [ 'en', 'qqq', 'de', 'fr', 'es', 'ar' ] ) {
		const words = JSON.parse( readFileSync( join( ROOT, 'i18n', language + '.json' ), 'utf8' ) );
		expect( used.filter( ( key ) => !words[ key ] ) ).toEqual( [] );
		expect( Object.keys( words ) ).toEqual( Object.keys( en ) );
		for ( const key of Object.keys( en ).filter( ( each ) => each !== '@metadata' && language !== 'qqq' ) ) {
			const parameters = ( text ) => Array.from( new Set( text.match( /\$\d/g ) ) ).sort();
			expect( parameters( words[ key ] ), language + ' ' + key ).toEqual( parameters( en[ key ] ) );
		}
	}
} );
