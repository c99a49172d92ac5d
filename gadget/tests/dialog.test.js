import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ROOT } from '../tools/root.js';
import { $, freshPage, go, openWith, press, step, tick, type } from './acting.js';
import { fakeMw, keyPage, outside } from './fakes.js';
import { directionOf } from '../src/messages.js';
import en from '../i18n/en.json';

const HOSTILE = '<img src=x onerror=alert(1)><script>alert(1)</script>{{subst:evil}}';

beforeEach( freshPage );

describe( 'the way through', () => {
	test( 'just asking is two presses to the review, and one more to the reference', async () => {
		const { api, dialog } = await openWith();
		expect( step() ).toBe( 'opening' );
		press( 'next' );
		expect( step() ).toBe( 'fork' );
		press( 'just-ask' );
		expect( step() ).toBe( 'review' );
		expect( $( '[data-row=languages]' ).textContent ).toContain( 'Deutsch' );
		press( 'send' );
		await vi.waitFor( () => expect( step() ).toBe( 'sent' ) );
		expect( api.posts ).toHaveLength( 1 );
		expect( $( '#ps-ref' ).textContent ).toMatch( /^[0-9A-Z]{4}-[0-9A-Z]{4}$/ );
		expect( $( '#ps-words' ).textContent ).toBe( dialog.session.identity.words.join( ' ' ) );
		expect( $( '#ps-status-link' ).value ).toBe( 'https://desk.example.org/status/' + dialog.session.identity.token );
	} );

	test( 'saying more asks one thing a step, and every step can be gone back to', async () => {
		const { dialog } = await openWith();
		go( 'next', 'say-more' );
		const seen = [];
		while ( step() !== 'review' ) {
			seen.push( step() );
			press( 'next' );
		}
		expect( seen ).toEqual( [ 'languages', 'topics', 'channels', 'avoid', 'prefer', 'message' ] );
		while ( step() !== 'fork' ) {
			press( 'back' );
			expect( step() ).toBe( seen.pop() || 'fork' );
		}
		press( 'back' );
		expect( step() ).toBe( 'opening' );
		expect( dialog.session.typed() ).toBe( false );
	} );

	test( 'back keeps everything that was typed', async () => {
		await openWith();
		go( 'next', 'say-more', 'next', 'next' );
		tick( 'ps-channel-2' );
		type( 'ps-address-2', 'ida.01' );
		press( 'next' );
		type( 'ps-avoid', 'user:mallory_m' );
		go( 'next', 'next' );
		type( 'ps-message', 'Kept' );
		go( 'back', 'back' );
		expect( $( '#ps-avoid-list' ).textContent ).toContain( 'Mallory m' );
		press( 'back' );
		expect( $( '#ps-address-2' ).value ).toBe( 'ida.01' );
		go( 'next', 'next', 'next' );
		expect( $( '#ps-message' ).value ).toBe( 'Kept' );
	} );

	test( 'one part is changed from the review, and leads back there', async () => {
		await openWith();
		go( 'next', 'just-ask' );
		$( '[data-action=change][data-to=message]' ).click();
		expect( step() ).toBe( 'message' );
		type( 'ps-message', 'Hello' );
		press( 'next' );
		expect( step() ).toBe( 'review' );
		expect( $( '[data-row=message]' ).textContent ).toContain( 'Hello' );
	} );

	test( 'just asking begins with the one question that cannot be guessed', async () => {
		await openWith( {}, { own: [ 'pl' ] } );
		go( 'next', 'just-ask' );
		expect( step() ).toBe( 'languages' );
		expect( $( '#ps-none-own' ) ).not.toBe( null );
		tick( 'ps-language-en' );
		press( 'next' );
		expect( step() ).toBe( 'review' );
	} );

	test( 'a language that nobody speaks yet can be asked for', async () => {
		const { dialog } = await openWith();
		go( 'next', 'say-more' );
		type( 'ps-language-search', 'polnisch' );
		press( 'add-language' );
		expect( dialog.session.draft.languages ).toEqual( [ 'de', 'pl' ] );
		expect( $( '#ps-language-said' ).textContent ).toBe( en[ 'peer-support-language-asked' ].replace( '$1', 'Polnisch' ) );
		type( 'ps-language-search', 'no such language' );
		press( 'add-language' );
		expect( $( '#ps-language-said' ).textContent ).toBe( en[ 'peer-support-language-unknown' ] );
	} );

	test( 'leaving ways out shows what it costs', async () => {
		await openWith( { page: keyPage( { reach: { de: { desk: 'few', wikimail: 'several' } } } ) } );
		go( 'next', 'say-more', 'next', 'next' );
		expect( $( '[data-language=de]' ).dataset ).toMatchObject( { chosen: 'few', all: 'several' } );
		tick( 'ps-channel-1' );
		expect( $( '[data-language=de]' ).dataset ).toMatchObject( { chosen: 'several', all: 'several' } );
	} );

	test( 'a talk page is never chosen unasked, and says who will see it, whatever else is said of it', async () => {
		const { dialog } = await openWith( { page: keyPage( { channels: [ 'talk', 'wikimail' ], channel_reveals: { talk: { en: 'Nothing.' } } } ) } );
		expect( dialog.session.draft.channels ).toEqual( [ 'wikimail' ] );
		go( 'next', 'say-more', 'next', 'next' );
		expect( $( '[data-channel=talk]' ).textContent ).toContain( 'Everyone will see that you two are in contact.' );
		expect( $( '#ps-address-0' ) ).toBe( null );
	} );

	test( 'a missing choice is said where it is made', async () => {
		await openWith();
		go( 'next', 'say-more' );
		tick( 'ps-language-de' );
		press( 'next' );
		expect( step() ).toBe( 'languages' );
		expect( $( '[data-problem=language-none]' ) ).not.toBe( null );
	} );

	test( 'a name that cannot be one is said, and one that was only typed counts', async () => {
		const { dialog } = await openWith();
		go( 'next', 'say-more', 'next', 'next', 'next' );
		type( 'ps-avoid', 'a<b' );
		press( 'next' );
		expect( step() ).toBe( 'avoid' );
		expect( $( '[data-problem=name-impossible]' ).textContent ).toContain( 'a<b' );
		type( 'ps-avoid', ' [[User:mallory|M]] ' );
		press( 'next' );
		expect( step() ).toBe( 'prefer' );
		expect( dialog.session.draft.avoid ).toEqual( [ 'Mallory' ] );
	} );

	test( 'steps that have nothing to ask are left out', async () => {
		await openWith( { page: keyPage( { topics: {}, backgrounds: {}, message_characters: 0 } ) } );
		go( 'next', 'say-more', 'next', 'next', 'next' );
		expect( step() ).toBe( 'review' );
	} );

	test( 'where the desk takes requests, that comes first', async () => {
		await openWith();
		press( 'next' );
		const first = $( '.ps-choice' );
		expect( first.dataset.choice ).toBe( 'privately' );
		expect( first.querySelector( 'a' ).href ).toBe( 'https://desk.example.org/ask' );
	} );

	test( 'the link is kept with the account when that is ticked, and forgotten when it is not', async () => {
		const { api, dialog } = await openWith();
		go( 'next', 'just-ask', 'send' );
		await vi.waitFor( () => expect( step() ).toBe( 'sent' ) );
		expect( api.options ).toEqual( [] );
		tick( 'ps-keep' );
		await vi.waitFor( () => expect( $( '#ps-keep-said' ).textContent ).toBe( en[ 'peer-support-keep-done' ] ) );
		const { ref, token } = dialog.session.identity;
		expect( api.options ).toEqual( [ [ 'userjs-peer-support-status', ref + '/' + token, 'Ida' ] ] );
		tick( 'ps-keep' );
		await vi.waitFor( () => expect( api.options ).toHaveLength( 2 ) );
		expect( api.options[ 1 ] ).toEqual( [ 'userjs-peer-support-status', null, 'Ida' ] );
	} );

	test( 'the link is never kept among another account’s preferences, nor theirs forgotten', async () => {
		const { api, dialog } = await openWith();
		go( 'next', 'just-ask', 'send' );
		await vi.waitFor( () => expect( step() ).toBe( 'sent' ) );
		api.wiki.user = { id: 77, name: 'Other' };
		tick( 'ps-keep' );
		await vi.waitFor( () => expect( $( '#ps-keep-said' ).textContent ).toBe( en[ 'peer-support-keep-other-account' ] ) );
		expect( $( '#ps-keep' ).checked ).toBe( false );
		expect( dialog.session.kept ).toBe( null );
		expect( api.options.map( ( [ , , account ] ) => account ) ).toEqual( [ 'Ida' ] );
	} );

	test( 'a kept link is offered again, and no other text in its place', async () => {
		const user = { id: 4242, name: 'Ida', options: { 'userjs-peer-support-status': 'K7QF9M2D/q83vASNFZ4mrze8BI0VniQ' } };
		await openWith( { user } );
		expect( $( '[data-action=open-kept]' ).href ).toBe( 'https://desk.example.org/status/q83vASNFZ4mrze8BI0VniQ' );
		user.options[ 'userjs-peer-support-status' ] = 'K7QF9M2D/../../evil';
		const { dialog } = await openWith( { user } );
		expect( dialog.session.kept ).toBe( null );
	} );
} );

test( 'words of another language than the dialog’s say which', async () => {
	const { dialog } = await openWith( { page: keyPage( {
		topics: { one: { fr: 'Un' }, two: { de: 'Zwei', en: 'Two' }, none: {} },
		channels: [ 'desk', 'own' ],
		channel_labels: { own: { en: 'Ours' } },
		where_to_turn: [ { kind: 'emergency', label: { en: 'Threats' }, url: 'https://example.org/' } ]
	} ) }, { chain: [ 'ar', 'de', 'en' ] } );
	const lang = ( selector, words ) => Array.from( document.querySelectorAll( selector ) ).find( ( each ) => each.textContent === words ).getAttribute( 'lang' );
	expect( lang( 'a span', 'Threats' ) ).toBe( 'en' );
	go( 'next', 'say-more', 'next' );
	expect( lang( 'label span[dir=auto]', 'Zwei' ) ).toBe( 'de' );
	expect( lang( 'label span[dir=auto]', 'none' ) ).toBe( null );
	press( 'next' );
	expect( lang( 'label span[dir=auto]', 'Ours' ) ).toBe( 'en' );
	expect( lang( 'label span[dir=auto]', en[ 'peer-support-channel-desk' ] ) ).toBe( null );
	dialog.session.draft.topics = [ 'two' ];
	while ( step() !== 'review' ) {
		press( 'next' );
	}
	expect( lang( '[data-row=topics] span', 'Zwei' ) ).toBe( 'de' );
} );

test.each( [
	[ 'ar', 'ar', 'rtl', 'rtl' ], [ 'en', 'en', 'ltr', 'ltr' ], [ 'en', 'en-gb', 'ltr', 'ltr' ],
	// Words that the wiki falls back to: by their own letters, whatever the page around them has.
	[ 'en', 'he', 'rtl', 'ltr' ], [ 'ar', 'arz', 'rtl', 'rtl' ], [ 'ar', 'kk-arab', 'ltr', 'rtl' ]
] )( 'words in %s on a page in %s that runs %s run %s', async ( language, own, page, expected ) => {
	document.documentElement.dir = page;
	globalThis.mw = fakeMw( JSON.parse( readFileSync( join( ROOT, 'i18n', language + '.json' ), 'utf8' ) ), own );
	expect( directionOf( language ) ).toBe( expected );
} );

test( 'hostile published values are text', async () => {
	const named = { [ HOSTILE ]: { en: HOSTILE, de: HOSTILE } };
	const { api, dialog } = await openWith( {
		page: keyPage( {
			topics: named,
			backgrounds: named,
			channels: [ 'desk', HOSTILE ],
			channel_labels: named,
			channel_reveals: named,
			languages: { de: 'few', [ HOSTILE ]: 'few' },
			help_page: HOSTILE,
			usual_wait: HOSTILE,
			where_to_turn: [ { kind: HOSTILE, label: { en: HOSTILE }, url: 'javascript:alert(1)' }, { kind: 'emergency', label: { en: HOSTILE }, mail: HOSTILE } ],
			resources: [ { kind: 'x', label: { en: HOSTILE }, url: 'data:text/html,' + HOSTILE } ]
		} )
	} );
	const clean = () => {
		expect( $( 'img, script' ) ).toBe( null );
		expect( $( 'a[href^=javascript], a[href^=data]' ) ).toBe( null );
	};
	clean();
	press( 'next' );
	clean();
	press( 'say-more' );
	while ( step() !== 'review' ) {
		clean();
		press( 'next' );
	}
	clean();
	press( 'send' );
	await vi.waitFor( () => expect( step() ).toBe( 'sent' ) );
	clean();
	expect( $( '#ps-status-link' ).value ).toBe( 'https://desk.example.org/status/' + dialog.session.identity.token );
	expect( api.posts ).toHaveLength( 1 );
} );

test.each( [
	[ 'desk', 'https://desk.example.org/"><script>' ], [ 'desk', 'https://evil.example' ], [ 'desk', 'http://desk.example.org' ], [ 'intake', HOSTILE ]
] )( 'a page that names another %s, %s, leads nowhere', async ( name, value ) => {
	await openWith( { page: keyPage( { [ name ]: value, where_to_turn: [ { kind: 'emergency', label: { en: 'Help' }, url: 'https://evil.example/help' } ] } ) } );
	expect( step() ).toBe( 'unavailable' );
	expect( $( '#ps-why' ).textContent ).toBe( en[ 'peer-support-closed-disagrees' ] );
	expect( document.body.innerHTML ).not.toMatch( /evil|<script|http:/ );
} );

test.each( [
	[ 'of an earlier release', { intake: undefined, desk: undefined } ], [ 'with a desk over http', { desk: 'http://desk.example.org' } ]
] )( 'settings %s lead nowhere', async ( name, changes ) => {
	await openWith( {}, { config: { ...outside().config, ...changes } } );
	expect( step() ).toBe( 'unavailable' );
	expect( $( '#ps-why' ).textContent ).toBe( en[ 'peer-support-closed-ours' ] );
} );

test( 'every word that the dialog can say exists in every language', () => {
	const source = [ '', 'steps' ].flatMap( ( folder ) => readdirSync( join( ROOT, 'src', folder ) ).filter( ( name ) => name.endsWith( '.js' ) )
		.map( ( name ) => readFileSync( join( ROOT, 'src', folder, name ), 'utf8' ) ) ).join( '' );
	const used = source.match( /peer-support-[a-z-]+[a-z](?=['\s])/g );
	const called = Array.from( source.matchAll( /[mM]sg\( '([a-z-]+)'[ ,)]/g ), ( found ) => found[ 1 ] );
	expect( called.length ).toBeGreaterThan( 80 );
	expect( called.filter( ( key ) => !en[ key ] && !key.endsWith( '-' ) ) ).toEqual( [] );
	// Each key is written out somewhere, so that who looks for it finds where it is said; none is left over.
	expect( Object.keys( en ).filter( ( key ) => key !== '@metadata' && !used.includes( key ) ) ).toEqual( [] );
	for ( const language of [ 'en', 'qqq', 'de', 'fr', 'es', 'ar' ] ) {
		const words = JSON.parse( readFileSync( join( ROOT, 'i18n', language + '.json' ), 'utf8' ) );
		expect( Object.keys( words ) ).toEqual( Object.keys( en ) );
		for ( const key of Object.keys( en ).filter( ( each ) => each !== '@metadata' && language !== 'qqq' ) ) {
			const parameters = ( text ) => Array.from( new Set( text.match( /\$\d/g ) ) ).sort();
			expect( parameters( words[ key ] ), language + ' ' + key ).toEqual( parameters( en[ key ] ) );
		}
	}
} );
