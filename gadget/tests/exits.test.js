import { beforeEach, describe, expect, test, vi } from 'vitest';
import { $, escape, FIELDS, freshPage, go, openWith, outcome, press, stand, step, toReview, type } from './acting.js';
import { CannotSeal } from '../src/envelope.js';
import en from '../i18n/en.json';

beforeEach( freshPage );

/** Fields whose words may be no answer. */
const ASKED = {
	languages: { typed: 'ps-language-search', words: 'no such language', problem: 'language-unknown' },
	avoid: { typed: 'ps-avoid', words: 'a<b', problem: 'name-impossible' }
};

/** Every way out of a step; each leads on to the review. */
const EXITS = {
	next: toReview,
	back: () => {
		while ( step() !== 'fork' ) {
			press( 'back' );
		}
		press( 'just-ask' );
	},
	'back and on': () => {
		press( 'back' );
		EXITS.next();
	},
	'close, and rather not': () => {
		press( 'close' );
		press( 'keep-writing' );
		EXITS.next();
	},
	'Escape, and rather not': ( dialog ) => {
		expect( escape( dialog ) ).toBe( true );
		press( 'keep-writing' );
		EXITS.back();
	},
	'another look at the wiki': async ( dialog, api ) => {
		api.wiki.down = true;
		await dialog.open();
		expect( step() ).toBe( 'unavailable' );
		api.wiki.down = false;
		await dialog.open();
		go( 'next', 'just-ask' );
	}
};

const every = Object.keys( FIELDS ).flatMap( ( field ) => Object.keys( EXITS ).map( ( exit ) => [ field, exit ] ) );

describe( 'what is half typed is taken', () => {
	test.each( every )( '%s, by %s', async ( name, exit ) => {
		const { typed, words, shown, taken, before } = FIELDS[ name ];
		const { api, dialog } = await stand( name );
		if ( before ) {
			before();
		}
		type( typed, words );
		await EXITS[ exit ]( dialog, api );
		expect( step() ).toBe( 'review' );
		expect( taken( dialog.session ) ).toBe( true );
		expect( $( `[data-row=${ name }]` ).textContent ).toContain( shown );
		press( 'send' );
		await vi.waitFor( () => expect( step() ).toBe( 'sent' ) );
		expect( api.posts ).toHaveLength( 1 );
	} );

	test.each( [ 'languages', 'channels', 'avoid', 'message' ] )( '%s, when it was opened from the review', async ( name ) => {
		const { typed, words, shown, before } = FIELDS[ name ];
		await openWith();
		go( 'next', 'just-ask' );
		$( `[data-action=change][data-to=${ name }]` ).click();
		if ( before ) {
			before();
		}
		type( typed, words );
		press( 'next' );
		expect( step() ).toBe( 'review' );
		expect( $( `[data-row=${ name }]` ).textContent ).toContain( shown );
	} );

	test( 'a step that was nearly closed shows it as taken', async () => {
		await stand( 'avoid' );
		type( 'ps-avoid', 'mallory' );
		go( 'close', 'keep-writing' );
		expect( $( '#ps-avoid-list' ).textContent ).toContain( 'Mallory' );
		expect( $( '#ps-avoid' ).value ).toBe( '' );
	} );

	test( 'leaving at once takes everything along, and sends nothing', async () => {
		const replace = vi.fn();
		globalThis.location = { replace };
		const { api } = await stand( 'avoid' );
		type( 'ps-avoid', 'mallory' );
		press( 'leave' );
		expect( $( '#peer-support-dialog' ) ).toBe( null );
		expect( replace ).toHaveBeenCalledOnce();
		expect( api.posts.concat( api.options ) ).toEqual( [] );
		delete globalThis.location;
	} );
} );

describe( 'what cannot be taken is asked about', () => {
	test.each( Object.keys( ASKED ) )( '%s: at Next, once at Back, and before anything is sent', async ( name ) => {
		const { typed, words, problem } = ASKED[ name ];
		const { api, dialog } = await stand( name );
		const said = () => $( `[data-problem=${ problem }]` );
		type( typed, words );
		press( 'next' );
		expect( step() ).toBe( name );
		expect( said().textContent ).toContain( words );
		dialog.askedAbout = '';
		press( 'back' );
		expect( step() ).toBe( name );
		expect( said() ).not.toBe( null );
		press( 'back' );
		expect( step() ).not.toBe( name );
		while ( step() !== 'fork' ) {
			press( 'back' );
		}
		press( 'just-ask' );
		// It is not passed over: the step comes again, with the words still there.
		expect( step() ).toBe( name );
		expect( said().textContent ).toContain( words );
		expect( document.getElementById( typed ).value ).toBe( words );
		type( typed, '' );
		press( 'next' );
		expect( step() ).toBe( 'review' );
		expect( api.posts ).toEqual( [] );
	} );

	test.each( Object.keys( ASKED ) )( '%s: after nearly closing, and at Send', async ( name ) => {
		const { typed, words, problem } = ASKED[ name ];
		const { api, dialog } = await stand( name );
		type( typed, words );
		go( 'close', 'keep-writing' );
		expect( document.getElementById( typed ).value ).toBe( words );
		dialog.session.step = ( await import( '../src/steps/index.js' ) ).review;
		dialog.draw();
		press( 'send' );
		expect( $( `[data-problem=${ problem }]` ).textContent ).toContain( words );
		expect( api.posts ).toEqual( [] );
		press( 'mend' );
		expect( step() ).toBe( name );
	} );

	test( 'one name too many', async () => {
		const { dialog } = await stand( 'avoid' );
		dialog.session.draft.avoid = Array.from( { length: 20 }, ( _, at ) => 'Name ' + at );
		type( 'ps-avoid', 'mallory' );
		press( 'back' );
		expect( $( '[data-problem=names-many]' ).textContent ).toContain( 'mallory' );
	} );
} );

test( 'half an answer to the wiki’s question is there after every way out and back', async () => {
	const asks = () => ( { edit: { result: 'Failure', captcha: { id: 9, mime: 'text/plain', question: '2 + 3' } } } );
	const { api } = await openWith( { edits: [ asks() ] } );
	go( 'next', 'just-ask', 'send' );
	await outcome( 'captcha' );
	type( 'ps-captcha-word', '5' );
	go( 'back', 'just-ask' );
	expect( $( '#ps-captcha-word' ).value ).toBe( '5' );
	$( '[data-action=change][data-to=message]' ).click();
	press( 'next' );
	expect( $( '#ps-captcha-word' ).value ).toBe( '5' );
	go( 'close', 'keep-writing' );
	expect( $( '#ps-captcha-word' ).value ).toBe( '5' );
	press( 'send' );
	await vi.waitFor( () => expect( step() ).toBe( 'sent' ) );
	expect( api.posts[ 1 ] ).toMatchObject( { captchaid: '9', captchaword: '5' } );
} );

describe( 'a fault of our own', () => {
	const broken = () => {
		throw new TypeError( 'words that somebody typed' );
	};

	test( 'while opening is told as one, and leaves nothing looking for ever', async () => {
		const { api, dialog } = await openWith( { user: new Proxy( {}, { get: broken } ) } );
		expect( step() ).toBe( 'unavailable' );
		expect( $( '#ps-why' ).textContent ).toBe( en[ 'peer-support-closed-fault' ] );
		expect( $( '[data-step]' ).textContent ).not.toContain( en[ 'peer-support-asking' ] );
		api.wiki.user = { id: 4242, name: 'Ida', email: 'i@example.org', emailauthenticated: '2026-01-01T00:00:00Z' };
		press( 'again' );
		await vi.waitFor( () => expect( step() ).toBe( 'opening' ) );
		expect( dialog.session.state ).toBe( 'open' );
	} );

	test( 'in an answer that nobody expected', async () => {
		const get = vi.fn( broken );
		const { dialog } = await openWith();
		dialog.session.outside.api.get = get;
		await dialog.open();
		expect( $( '#ps-why' ).textContent ).toBe( en[ 'peer-support-closed-fault' ] );
	} );

	test( 'while a step is drawn, or something is pressed or typed, keeps what was typed', async () => {
		const { dialog } = await stand( 'message' );
		type( 'ps-message', 'Kept' );
		dialog.session.around = broken;
		type( 'ps-message', 'Kept too' );
		expect( $( '#ps-why' ).textContent ).toBe( en[ 'peer-support-closed-fault' ] );
		expect( dialog.session.draft.message ).toBe( 'Kept too' );
		delete dialog.session.around;
		press( 'again' );
		await vi.waitFor( () => expect( step() ).toBe( 'opening' ) );
	} );

	test( 'that breaks even the page that says so is still said', async () => {
		const { dialog } = await stand( 'message' );
		dialog.session.published.whereToTurn = null;
		dialog.session.way = broken;
		press( 'back' );
		expect( $( '[data-step]' ).textContent ).toContain( en[ 'peer-support-closed-fault' ] );
	} );

	test.each( [ [ 'while sending', new TypeError( 'x' ), 'fault' ], [ 'of the browser’s cryptography', new CannotSeal(), 'no-sealing' ] ] )( '%s', async ( when, error, name ) => {
		const { api, dialog } = await openWith();
		go( 'next', 'just-ask' );
		dialog.session.sender.sealed = () => Promise.reject( error );
		press( 'send' );
		await outcome( name );
		expect( $( '#ps-said' ).textContent ).toContain( en[ 'peer-support-failed-' + name ] );
		expect( $( '#ps-said a[href$="/ask"]' ) ).not.toBe( null );
		expect( $( '[data-action=send]' ).disabled ).toBe( false );
		expect( api.posts ).toEqual( [] );
	} );

	test( 'is counted nowhere: no error leaves the form, nothing is written to the console', async () => {
		const heard = vi.fn();
		const spies = [ 'error', 'warn', 'log' ].map( ( kind ) => vi.spyOn( console, kind ) );
		window.addEventListener( 'error', heard );
		process.on( 'unhandledRejection', heard );
		const { dialog } = await stand( 'message' );
		dialog.session.around = broken;
		type( 'ps-message', 'x' );
		dialog.session.check = () => Promise.reject( new TypeError( 'x' ) );
		press( 'again' );
		await new Promise( ( resolve ) => {
			setTimeout( resolve, 20 );
		} );
		expect( heard ).not.toHaveBeenCalled();
		spies.forEach( ( spy ) => {
			expect( spy ).not.toHaveBeenCalled();
			spy.mockRestore();
		} );
		process.removeListener( 'unhandledRejection', heard );
	} );
} );

test( 'what went wrong takes the focus, and is no alert beside it', async () => {
	await openWith( { edits: [ 'readonly' ] } );
	go( 'next', 'just-ask', 'send' );
	await outcome( 'read-only' );
	expect( document.activeElement ).toBe( $( '#ps-said' ) );
	expect( $( '#ps-said' ).getAttribute( 'aria-labelledby' ) ).toBe( $( '#ps-said > * > [id], #ps-said > [id]' ).id );
	expect( $( '[role=alert]' ) ).toBe( null );
} );
