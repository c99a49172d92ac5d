import { describe, expect, test, vi } from 'vitest';
import { outcomeOfAnswer, outcomeOfCode, save, SUMMARY } from '../src/save.js';
import { makeSender } from '../src/send.js';
import { readKeyPage } from '../src/wiki.js';
import { draft, fakeApi, IDENTITY, outside, VECTORS } from './fakes.js';

const ACCOUNT = { state: 'ok', id: 4242, name: 'Ida', temporary: false, emailable: true };

describe( 'what the wiki answers', () => {
	test.each( [
		[ 'assertuserfailed', 'logged-out', true ],
		[ 'badtoken', 'logged-out', true ],
		[ 'blocked', 'blocked', false ],
		[ 'globalblocking-blockedtext-range', 'blocked', false ],
		[ 'protectedpage', 'protected', false ],
		[ 'missingtitle', 'no-intake', false ],
		[ 'abusefilter-disallowed', 'filter', true ],
		[ 'abusefilter-something-new', 'filter', true ],
		[ 'ratelimited', 'rate-limited', true ],
		[ 'readonly', 'read-only', true ],
		[ 'editconflict', 'conflict', true ],
		[ 'http', 'unknown', true ],
		[ 'constructor', 'unknown', true ]
	] )( '%s is %s', ( code, outcome, again ) => {
		expect( outcomeOfCode( code ) ).toEqual( { saved: false, outcome, again, certain: outcome !== 'unknown' } );
	} );

	test( 'a captcha and a filter come as answers', () => {
		expect( outcomeOfAnswer( { edit: { result: 'Failure', captcha: { id: 1 } } } ).outcome ).toBe( 'captcha' );
		expect( outcomeOfAnswer( { edit: { result: 'Failure', code: 'abusefilter-disallowed' } } ).outcome ).toBe( 'filter' );
		expect( outcomeOfAnswer( {} ) ).toMatchObject( { outcome: 'unknown', certain: false } );
	} );
} );

describe( 'saving', () => {
	test( 'posts exactly what the protocol says', async () => {
		const api = fakeApi();
		expect( ( await save( api, 'Project:Intake', 'TEXT', vi.fn() ) ).saved ).toBe( true );
		expect( api.posts ).toEqual( [ {
			action: 'edit', title: 'Project:Intake', appendtext: 'TEXT', summary: 'Message to the peer support network',
			assert: 'user', nocreate: 1, watchlist: 'nochange', formatversion: 2
		} ] );
		expect( SUMMARY ).toBe( 'Message to the peer support network' );
	} );

	test( 'a full page gets half a minute and one more try', async () => {
		const pause = vi.fn( () => Promise.resolve() );
		const api = fakeApi( { edits: [ 'contenttoobig' ] } );
		expect( ( await save( api, 'I', 'T', pause ) ).saved ).toBe( true );
		expect( pause ).toHaveBeenCalledExactlyOnceWith( 30000 );
		const full = fakeApi( { edits: [ 'contenttoobig', 'contenttoobig' ] } );
		expect( ( await save( full, 'I', 'T', pause ) ).outcome ).toBe( 'page-full' );
		expect( full.posts ).toHaveLength( 2 );
	} );
} );

describe( 'sending', () => {
	const sender = ( api ) => {
		const around = outside( api );
		return makeSender( { api, wikiId: VECTORS.wiki, locale: 'de', pause: around.pause, readKeyPage: () => readKeyPage( api, around.config, VECTORS.wiki ) } );
	};

	test( 'a double press sends one envelope', async () => {
		const api = fakeApi();
		const { send } = sender( api );
		const both = await Promise.all( [ send( draft(), IDENTITY, ACCOUNT ), send( draft(), IDENTITY, ACCOUNT ) ] );
		expect( both.map( ( saved ) => saved.saved ) ).toEqual( [ true, true ] );
		expect( api.posts ).toHaveLength( 1 );
	} );

	test( 'after a lost answer the very same envelope goes again, also when a newer key came', async () => {
		const api = fakeApi( { edits: [ 'http' ] } );
		const { send } = sender( api );
		expect( await send( draft(), IDENTITY, ACCOUNT ) ).toMatchObject( { saved: false, certain: false, again: true } );
		api.wiki.page.keys.unshift( { id: 'newer', public: VECTORS.recipient_public, expires: '2026-11-25T00:00:00Z' } );
		expect( ( await send( draft(), IDENTITY, ACCOUNT ) ).saved ).toBe( true );
		expect( api.posts[ 1 ].appendtext ).toBe( api.posts[ 0 ].appendtext );
	} );

	test( 'changed words are sealed anew', async () => {
		const api = fakeApi( { edits: [ 'readonly' ] } );
		const { send } = sender( api );
		await send( draft(), IDENTITY, ACCOUNT );
		await send( draft( { message: 'other' } ), IDENTITY, ACCOUNT );
		expect( api.posts[ 1 ].appendtext ).not.toBe( api.posts[ 0 ].appendtext );
	} );

	test( 'the key page is read again: a pause in between stops it', async () => {
		const api = fakeApi();
		api.wiki.page.state = 'paused';
		expect( await sender( api ).send( draft(), IDENTITY, ACCOUNT ) ).toMatchObject( { outcome: 'closed', why: 'paused' } );
		expect( api.posts ).toEqual( [] );
	} );

	test( 'another account than at the start saves nothing', async () => {
		const api = fakeApi( { user: { id: 0, anon: true } } );
		expect( ( await sender( api ).send( draft(), IDENTITY, ACCOUNT ) ).outcome ).toBe( 'logged-out' );
		expect( api.posts ).toEqual( [] );
	} );

	test( 'what would not fit is refused, not cut', async () => {
		const api = fakeApi();
		const long = draft( { channels: [ 'a', 'b', 'c', 'd', 'e', 'f' ], contact: Object.fromEntries( 'abcdef'.split( '' ).map( ( each ) => [ each, 'x'.repeat( 200 ) ] ) ), message: 'ж'.repeat( 1500 ) } );
		expect( ( await sender( api ).send( long, IDENTITY, ACCOUNT ) ).outcome ).toBe( 'will-not-fit' );
		expect( api.posts ).toEqual( [] );
	} );

	test( 'no word that was typed is in the post', async () => {
		const api = fakeApi();
		await sender( api ).send( draft( { message: 'MARKERSTRING', contact: { signal: 'MARKERSTRING' }, channels: [ 'signal' ] } ), IDENTITY, ACCOUNT );
		expect( JSON.stringify( api.posts ) ).not.toMatch( /MARKERSTRING|K7QF|amber/ );
	} );
} );
