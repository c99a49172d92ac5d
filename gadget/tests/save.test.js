import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { readCaptcha } from '../src/captcha.js';
import { outcomeOfAnswer, outcomeOfCode } from '../src/outcome.js';
import { save, SUMMARY, TIDY_PAUSE } from '../src/save.js';
import { LOOK_PAUSE, Sender } from '../src/send.js';
import { readKeyPage } from '../src/wiki.js';
import { ROOT } from '../tools/root.js';
import { draft, fakeApi, IDENTITY, outside, VECTORS } from './fakes.js';

const ACCOUNT = { state: 'ok', id: 4242, name: 'Ida', temporary: false, emailable: true, mail: 'ok', earlier: '' };
const read = ( value ) => readCaptcha( value, ( html ) => html.replace( /<[^>]*>/g, '' ), 'https://wiki.example.org/wiki/Page' );

describe( 'what the wiki answers', () => {
	test.each( [
		[ 'assertuserfailed', 'logged-out', true ],
		[ 'badtoken', 'logged-out', true ],
		[ 'blocked', 'blocked', false ],
		[ 'globalblocking-blockedtext-range', 'blocked-address', false ],
		[ 'protectedpage', 'protected', false ],
		[ 'missingtitle', 'no-intake', false ],
		[ 'abusefilter-disallowed', 'filter', false ],
		[ 'abusefilter-something-new', 'filter', false ],
		[ 'abusefilter-warning', 'filter-warning', true ],
		[ 'ratelimited', 'rate-limited', true ],
		[ 'readonly', 'read-only', true ],
		[ 'editconflict', 'conflict', true ],
		[ 'assertnameduserfailed', 'other-account', true ],
		[ 'apierror-assertnameduserfailed', 'other-account', true ],
		[ 'autoblocked', 'blocked-address', false ],
		[ 'globalblocking-blockedtext-ip', 'blocked-address', false ],
		[ 'globalblocking-blockedtext-xff', 'blocked-address', false ],
		[ 'wikimedia-globalblocking-blockedtext-autoblock-xff', 'blocked-address', false ],
		[ 'torblock-blocked', 'blocked-address', false ],
		[ 'titleblacklist-forbidden', 'protected', false ],
		[ 'titleblacklist-forbidden-edit', 'protected', false ],
		[ 'http', 'unknown', true ],
		[ 'ok-but-empty', 'unknown', true ],
		[ 'internal_api_error_DBQueryError', 'unknown', true ],
		[ undefined, 'unknown', true ]
	] )( '%s is %s', ( code, outcome, again ) => {
		expect( outcomeOfCode( code ) ).toEqual( { saved: false, outcome, again, certain: outcome !== 'unknown' } );
	} );

	test.each( [ 'constructor', 'unknownerror', 'an-extension-nobody-knows', 'readapidenied', 'unsupportednamespace' ] )( 'an error of the API that nobody knows (%s) means that nothing was saved', ( code ) => {
		expect( outcomeOfCode( code ) ).toEqual( { saved: false, outcome: 'declined', again: false, certain: true, code } );
		expect( outcomeOfAnswer( { edit: { result: 'Failure', code } }, read ) ).toMatchObject( { outcome: 'declined', certain: true } );
	} );

	test.each( [ 'globalblocking-blockedtext-user', 'wikimedia-globalblocking-blockedtext-user', 'centralauth-error-locked' ] )( '%s is of the account itself', ( code ) => {
		expect( outcomeOfCode( code ) ).toEqual( { saved: false, outcome: 'blocked', again: false, certain: true, ofAccount: true } );
	} );

	test( 'what the wiki blocks by itself is a connection', () => {
		expect( outcomeOfCode( 'blocked', { error: { blockinfo: { systemblocktype: 'proxy' } } } ).outcome ).toBe( 'blocked-address' );
	} );

	test( 'a block from the page alone is told apart from one of the whole wiki', () => {
		expect( outcomeOfCode( 'blocked', { error: { blockinfo: { blockpartial: true } } } ).outcome ).toBe( 'blocked-here' );
		expect( outcomeOfCode( 'blocked', { error: { blockinfo: { blockpartial: false } } } ).outcome ).toBe( 'blocked' );
	} );

	test.each( [ [ 429, 'rate-limited' ], [ 403, 'refused' ], [ 502, 'unknown' ], [ 0, 'unknown' ] ] )( 'HTTP %i is %s', ( status, outcome ) => {
		expect( outcomeOfCode( 'http', { xhr: { status } } ).outcome ).toBe( outcome );
	} );

	test.each( [
		[ { id: 1, type: 'simple', mime: 'text/plain', question: '2 + 3' }, { id: '1', question: '2 + 3', image: '' } ],
		[ { id: '9', mime: 'text/html', question: '<b>Which</b> word?' }, { id: '9', question: 'Which word?', image: '' } ],
		[ { id: 7, type: 'image', mime: 'image/png', url: '/index.php?title=Special:Captcha/image' }, { id: '7', question: '', image: 'https://wiki.example.org/index.php?title=Special:Captcha/image' } ],
		[ { id: 7, mime: 'image/png', url: 'javascript:alert(1)' }, null ],
		[ { mime: 'application/javascript', type: 'hcaptcha', key: 'k' }, null ]
	] )( 'the question %j', ( captcha, expected ) => {
		expect( read( captcha ) ).toEqual( expected );
		expect( outcomeOfAnswer( { edit: { result: 'Failure', captcha } }, read ).outcome ).toBe( expected ? 'captcha' : 'captcha-unknown' );
	} );

	test( 'a filter comes as an answer, and what nobody knows is not taken for saved', () => {
		expect( outcomeOfAnswer( { edit: { result: 'Failure', code: 'abusefilter-disallowed' } }, read ).outcome ).toBe( 'filter' );
		expect( outcomeOfAnswer( {}, read ) ).toMatchObject( { outcome: 'unknown', certain: false } );
	} );
} );

describe( 'saving', () => {
	const desk = ( api, pause = vi.fn( () => Promise.resolve() ) ) => ( { api, pause, readCaptcha: read } );

	test( 'posts exactly what the protocol says', async () => {
		const api = fakeApi();
		expect( ( await save( desk( api ), 'Ida', 'Project:Intake', 'TEXT' ) ).saved ).toBe( true );
		expect( api.posts ).toEqual( [ {
			token: 'token+\\', action: 'edit', title: 'Project:Intake', appendtext: 'TEXT', summary: 'Message to the peer support network',
			assert: 'user', assertuser: 'Ida', nocreate: 1, watchlist: 'nochange', formatversion: 2
		} ] );
		expect( SUMMARY ).toBe( 'Message to the peer support network' );
	} );

	test( 'a full page gets half a minute and one more try', async () => {
		const pause = vi.fn( () => Promise.resolve() );
		expect( ( await save( desk( fakeApi( { edits: [ 'contenttoobig' ] } ), pause ), 'Ida', 'I', 'T' ) ).saved ).toBe( true );
		expect( pause ).toHaveBeenCalledExactlyOnceWith( TIDY_PAUSE );
		expect( TIDY_PAUSE ).toBe( 30000 );
		const full = fakeApi( { edits: [ 'contenttoobig', 'contenttoobig' ] } );
		expect( ( await save( desk( full ), 'Ida', 'I', 'T' ) ).outcome ).toBe( 'page-full' );
		expect( full.posts ).toHaveLength( 2 );
	} );

	test( 'a token that has run out is asked for once more, and not for ever', async () => {
		const api = fakeApi( { edits: [ 'badtoken' ] } );
		expect( ( await save( desk( api ), 'Ida', 'I', 'T' ) ).saved ).toBe( true );
		expect( api.badToken ).toHaveBeenCalledOnce();
		const never = fakeApi( { edits: [ 'badtoken', 'badtoken', 'badtoken' ] } );
		expect( ( await save( desk( never ), 'Ida', 'I', 'T' ) ).outcome ).toBe( 'logged-out' );
		expect( never.posts ).toHaveLength( 2 );
	} );

	test.each( [ 'http', 'ok-but-empty', 'internal_api_error_X' ] )( 'a token that does not come (%s) means that nothing was posted', async ( tokenFails ) => {
		const api = fakeApi( { tokenFails } );
		expect( await save( desk( api ), 'Ida', 'I', 'T' ) ).toMatchObject( { outcome: 'offline', certain: true } );
		expect( api.posts ).toEqual( [] );
	} );

	test.each( [
		[ { id: 77, name: 'Other' }, 'other-account' ], [ { id: 0, anon: true }, 'logged-out' ]
	] )( 'who is %j after the wait for a full page publishes no other name', async ( user, outcome ) => {
		const api = fakeApi( { edits: [ 'contenttoobig' ] } );
		const pause = vi.fn( () => {
			api.wiki.user = user;
			return Promise.resolve();
		} );
		expect( await save( desk( api, pause ), 'Ida', 'I', 'T' ) ).toMatchObject( { outcome, certain: true, again: true } );
		expect( api.saved ).toEqual( [] );
	} );

	test( 'a new token is another account’s no more than the first was', async () => {
		const api = fakeApi( { edits: [ 'badtoken' ] } );
		api.badToken.mockImplementation( () => {
			api.wiki.user = { id: 77, name: 'Other' };
		} );
		expect( await save( desk( api ), 'Ida', 'I', 'T' ) ).toMatchObject( { outcome: 'other-account', certain: true } );
		expect( api.saved ).toEqual( [] );
	} );

	test( 'there is one place that posts', () => {
		const posts = ( text ) => /\.(post|postWithToken|postWithEditToken|edit|saveOptions?|getToken|ajax)\(/.test( text );
		const files = [ '', 'steps' ].flatMap( ( folder ) => readdirSync( join( ROOT, 'src', folder ) ).filter( ( name ) => name.endsWith( '.js' ) ).map( ( name ) => join( folder, name ) ) );
		expect( files.filter( ( name ) => posts( readFileSync( join( ROOT, 'src', name ), 'utf8' ) ) ) ).toEqual( [ 'post.js' ] );
	} );

	test( 'the answer to the question of the wiki goes along', async () => {
		const api = fakeApi();
		await save( desk( api ), 'Ida', 'I', 'T', { id: '7', word: '5' } );
		expect( api.posts[ 0 ] ).toMatchObject( { captchaid: '7', captchaword: '5' } );
	} );
} );

describe( 'sending', () => {
	const sender = ( api, changes ) => {
		const around = outside( api );
		return new Sender( {
			api, wikiId: VECTORS.wiki, locale: 'de', pause: around.pause, readCaptcha: read,
			readKeyPage: () => readKeyPage( api, around.config, around ), stillFits: () => true, ...changes
		} );
	};
	const send = ( from, changes, account = ACCOUNT ) => from.send( draft( changes ), IDENTITY, account );

	test( 'a double press sends one envelope', async () => {
		const api = fakeApi();
		const from = sender( api );
		const both = await Promise.all( [ send( from ), send( from ) ] );
		expect( both.map( ( saved ) => saved.saved ) ).toEqual( [ true, true ] );
		expect( api.posts ).toHaveLength( 1 );
	} );

	test( 'an answer that was lost after saving is found on the page, and nothing goes twice', async () => {
		const api = fakeApi( { edits: [ { code: 'http', saves: true } ] } );
		const pause = vi.fn( () => Promise.resolve() );
		expect( ( await send( sender( api, { pause } ) ) ).saved ).toBe( true );
		expect( pause ).toHaveBeenCalledExactlyOnceWith( LOOK_PAUSE );
		expect( api.posts ).toHaveLength( 1 );
	} );

	test( 'after an answer that was lost the very same envelope goes again, also when words or the key changed', async () => {
		const api = fakeApi( { edits: [ 'http' ] } );
		const from = sender( api );
		expect( await send( from ) ).toMatchObject( { saved: false, certain: false, again: true } );
		expect( from.unsure ).toBe( true );
		api.wiki.page.keys.unshift( { id: 'newer', public: VECTORS.recipient_public, expires: '2026-11-25T00:00:00Z' } );
		expect( ( await send( from, { message: 'other' } ) ).saved ).toBe( true );
		expect( api.posts[ 1 ].appendtext ).toBe( api.posts[ 0 ].appendtext );
		expect( from.unsure ).toBe( false );
	} );

	test( 'one that may be saved is looked for before it goes again', async () => {
		const api = fakeApi( { edits: [ 'http' ] } );
		const from = sender( api );
		await send( from );
		api.revisions.push( 'before' + api.posts[ 0 ].appendtext + 'behind' );
		expect( ( await send( from ) ).saved ).toBe( true );
		expect( api.posts ).toHaveLength( 1 );
	} );

	test( 'changed words are sealed anew', async () => {
		const api = fakeApi( { edits: [ 'readonly' ] } );
		const from = sender( api );
		await send( from );
		await send( from, { message: 'other' } );
		expect( api.posts[ 1 ].appendtext ).not.toBe( api.posts[ 0 ].appendtext );
	} );

	test( 'the key page is read again: a pause in between stops it', async () => {
		const api = fakeApi();
		api.wiki.page.state = 'paused';
		expect( await send( sender( api ) ) ).toMatchObject( { outcome: 'closed', why: 'paused' } );
		expect( api.posts ).toEqual( [] );
	} );

	test( 'what is no longer offered is said before anything is posted', async () => {
		const api = fakeApi();
		expect( ( await send( sender( api, { stillFits: () => false } ) ) ).outcome ).toBe( 'changed' );
		expect( api.posts ).toEqual( [] );
	} );

	test.each( [
		[ { user: { id: 0, anon: true } }, 'logged-out' ],
		[ { user: { id: 77, name: 'Other' } }, 'other-account' ],
		[ { down: true }, 'offline' ]
	] )( '%j than at the start saves nothing: %s', async ( wiki, outcome ) => {
		const api = fakeApi( wiki );
		expect( await send( sender( api ) ) ).toMatchObject( { outcome, again: true, certain: true } );
		expect( api.posts ).toEqual( [] );
	} );

	test( 'who was renamed meanwhile sends under the new name', async () => {
		const api = fakeApi( { edits: [ 'readonly' ] } );
		const from = sender( api );
		await send( from );
		api.wiki.user = { ...api.wiki.user, name: 'Ida of old' };
		expect( ( await send( from ) ).saved ).toBe( true );
		expect( api.saved ).toEqual( [ 'Ida of old' ] );
	} );

	test.each( [ [ {}, 'blocked-address' ], [ { blockid: 3, blockedby: 'Admin' }, 'blocked' ], [ { blockid: 3, blockpartial: true }, 'blocked-address' ] ] )(
		'a block that an edit meets, when the account’s own are %j, is %s', async ( blocks, outcome ) => {
			const block = { code: 'blocked', data: { error: { code: 'blocked', blockinfo: { blockpartial: false } } } };
			expect( await send( sender( fakeApi( { edits: [ block ], blocks } ) ) ) ).toMatchObject( { outcome, certain: true } );
		}
	);

	test.each( [
		[ 'before anything is posted', { stillFits() {
			throw new TypeError( 'a fault of ours' );
		} }, [], true, 0 ],
		[ 'while the answer is read', { readCaptcha() {
			throw new TypeError( 'a fault of ours' );
		} }, [ { edit: { result: 'Failure', captcha: { id: 1 } } } ], false, 1 ]
	] )( 'a fault of our own %s is told as one', async ( when, changes, edits, certain, posts ) => {
		const api = fakeApi( { edits } );
		const from = sender( api, changes );
		expect( await send( from ) ).toMatchObject( { outcome: 'fault', certain } );
		expect( api.posts ).toHaveLength( posts );
		expect( from.unsure ).toBe( !certain );
	} );

	test( 'what the browser’s cryptography cannot do is told as that', async () => {
		const broken = vi.spyOn( crypto.subtle, 'importKey' ).mockRejectedValue( new DOMException( 'no', 'NotSupportedError' ) );
		expect( ( await send( sender( fakeApi() ) ) ).outcome ).toBe( 'no-sealing' );
		broken.mockRestore();
	} );

	test( 'what would not fit is refused, not cut', async () => {
		const api = fakeApi();
		const channels = [ 'a', 'b', 'c', 'd', 'e', 'f' ];
		api.wiki.page.channels = channels;
		const contact = Object.fromEntries( channels.map( ( each ) => [ each, 'x'.repeat( 200 ) ] ) );
		expect( ( await send( sender( api ), { channels, contact, message: 'ж'.repeat( 1500 ) } ) ).outcome ).toBe( 'will-not-fit' );
		expect( api.posts ).toEqual( [] );
	} );

	test( 'no word that was typed is in the post', async () => {
		const api = fakeApi();
		await send( sender( api ), { message: 'MARKERSTRING', contact: { signal: 'MARKERSTRING' }, channels: [ 'signal' ], avoid: [ 'MARKERSTRING' ] } );
		expect( JSON.stringify( api.posts ) ).not.toMatch( /MARKERSTRING|K7QF|amber/ );
	} );
} );
