import { beforeEach, describe, expect, test, vi } from 'vitest';
import { $, freshPage, go, openWith, outcome, press, step, type } from './acting.js';
import { keyPage } from './fakes.js';
import en from '../i18n/en.json';

beforeEach( freshPage );

describe( 'when saving does not work', () => {
	test.each( [
		[ 'readonly', 'read-only' ], [ 'ratelimited', 'rate-limited' ], [ 'editconflict', 'conflict' ], [ 'abusefilter-warning', 'filter-warning' ],
		[ 'http', 'unknown' ], [ 'internal_api_error_X', 'unknown' ], [ 'assertuserfailed', 'logged-out' ], [ 'an-extension', 'declined' ], [ 'titleblacklist-forbidden', 'protected' ]
	] )( '%s: the words are kept, and one more press sends', async ( code, name ) => {
		const { api } = await openWith( { edits: [ code ] } );
		go( 'next', 'just-ask' );
		$( '[data-action=change][data-to=message]' ).click();
		type( 'ps-message', 'Still here' );
		go( 'next', 'send' );
		await outcome( name );
		expect( $( '#ps-said' ).textContent ).toContain( en[ 'peer-support-failed-' + name ].replace( '$1', code ) );
		expect( $( '[data-row=message]' ).textContent ).toContain( 'Still here' );
		press( 'send' );
		await vi.waitFor( () => expect( step() ).toBe( 'sent' ) );
		expect( api.posts[ 1 ].appendtext ).toBe( api.posts[ 0 ].appendtext );
	} );

	test.each( [ [ true, 'blocked-here' ], [ false, 'blocked' ] ] )( 'a block that is partial (%s) shows the private way only where it is open', async ( blockpartial, name ) => {
		const { api } = await openWith( { blocks: { blockid: 1, blockpartial }, edits: [ { code: 'blocked', data: { error: { code: 'blocked', blockinfo: { blockpartial } } } } ] } );
		go( 'next', 'just-ask', 'send' );
		await outcome( name );
		expect( $( '#ps-said' ).textContent ).toContain( en[ 'peer-support-failed-blocked' ] );
		expect( $( '#ps-said a[href$="/ask"]' ) !== null ).toBe( blockpartial );
		expect( api.posts ).toHaveLength( 1 );
	} );

	test( 'a global block of the account is not told as one of its connection', async () => {
		await openWith( { edits: [ 'globalblocking-blockedtext-user' ] } );
		go( 'next', 'just-ask', 'send' );
		await outcome( 'blocked' );
		expect( $( '#ps-said a[href$="/ask"]' ) ).toBe( null );
	} );

	test.each( [
		[ 'a captcha that only its maker’s script can show', { edits: [ { edit: { result: 'Failure', captcha: { mime: 'application/javascript', type: 'hcaptcha', key: 'k' } } } ] }, 'captcha-unknown' ],
		[ 'a connection that is blocked', { edits: [ 'autoblocked' ] }, 'blocked-address' ]
	] )( '%s: the private way comes first, where there is one', async ( name, wiki, expected ) => {
		await openWith( wiki );
		go( 'next', 'just-ask', 'send' );
		await outcome( expected );
		const lines = Array.from( $( '#ps-said-words' ).querySelectorAll( 'p' ), ( line ) => line.textContent );
		expect( lines[ 0 ] ).toBe( en[ 'peer-support-failed-' + expected ] );
		expect( lines[ 1 ] ).toContain( en[ 'peer-support-ask-privately-link' ] );
		expect( $( '#ps-said' ).textContent ).not.toMatch( /edit any page|account is blocked/i );
		expect( $( '[data-action=send]' ).disabled ).toBe( false );
		expect( $( '[data-action=back]' ).disabled ).toBe( false );
	} );

	test( 'the question of the wiki is answered in the dialog', async () => {
		const asks = { edit: { result: 'Failure', captcha: { id: 9, mime: 'text/plain', question: '2 + 3' } } };
		const { api } = await openWith( { edits: [ asks ] } );
		go( 'next', 'just-ask', 'send' );
		await outcome( 'captcha' );
		expect( $( '#ps-captcha-question' ).textContent ).toBe( '2 + 3' );
		type( 'ps-captcha-word', '5' );
		press( 'send' );
		await vi.waitFor( () => expect( step() ).toBe( 'sent' ) );
		expect( api.posts[ 1 ] ).toMatchObject( { captchaid: '9', captchaword: '5' } );
	} );

	test( 'what may be saved can no longer be changed', async () => {
		await openWith( { edits: [ 'http' ] } );
		go( 'next', 'just-ask', 'send' );
		await outcome( 'unknown' );
		expect( $( '[data-action=change]' ) ).toBe( null );
		expect( $( '[data-action=back]' ).disabled ).toBe( true );
		expect( $( '#ps-notify' ).disabled ).toBe( true );
	} );

	test( 'another account is shown before it becomes public, and one more press sends as that one', async () => {
		const { api } = await openWith();
		go( 'next', 'just-ask' );
		api.wiki.user = { id: 77, name: 'Other', email: 'o@example.org', emailauthenticated: '2026-01-01T00:00:00Z' };
		press( 'send' );
		await outcome( 'other-account' );
		expect( $( '#ps-review-public' ).textContent ).toContain( 'Other' );
		expect( api.posts ).toEqual( [] );
		press( 'send' );
		await vi.waitFor( () => expect( step() ).toBe( 'sent' ) );
	} );

	test( 'two presses of Send are one envelope', async () => {
		const { api, dialog } = await openWith();
		go( 'next', 'just-ask' );
		dialog.send();
		dialog.send();
		press( 'send' );
		await vi.waitFor( () => expect( step() ).toBe( 'sent' ) );
		expect( api.posts ).toHaveLength( 1 );
	} );

	test( 'a pause in between keeps what was typed', async () => {
		const { api, dialog } = await openWith();
		go( 'next', 'just-ask' );
		dialog.session.draft.message = 'Kept';
		api.wiki.page.state = 'paused';
		press( 'send' );
		await vi.waitFor( () => expect( step() ).toBe( 'unavailable' ) );
		expect( $( '[data-step]' ).textContent ).toContain( en[ 'peer-support-closed-kept' ] );
		api.wiki.page.state = 'open';
		press( 'again' );
		await vi.waitFor( () => expect( step() ).toBe( 'opening' ) );
		expect( dialog.session.draft.message ).toBe( 'Kept' );
	} );

	test( 'a topic that is no longer offered is said before sealing', async () => {
		const { api, dialog } = await openWith();
		dialog.session.draft.topics = [ 'other' ];
		go( 'next', 'just-ask' );
		api.wiki.page = keyPage( { topics: { harassment: {} } } );
		press( 'send' );
		await outcome( 'changed' );
		expect( api.posts ).toEqual( [] );
	} );

	test( 'another tab that has sent ends this one, and one that is sending is waited for', async () => {
		let hear;
		let busy = true;
		const tabs = {
			alone: ( account, act ) => busy ? Promise.resolve( { saved: false, outcome: 'other-tab', again: true, certain: true } ) : act(),
			listen: ( told ) => {
				hear = told;
			}
		};
		await openWith( {}, { tabs } );
		go( 'next', 'just-ask', 'send' );
		await outcome( 'other-tab' );
		busy = false;
		hear( 999 );
		expect( step() ).toBe( 'review' );
		hear( 4242 );
		expect( $( '[data-step]' ).dataset.reason ).toBe( 'sent-elsewhere' );
	} );
} );

describe( 'before anything is typed', () => {
	const confirmed = { email: 'i@example.org', emailauthenticated: '2026-01-01T00:00:00Z' };

	test.each( [
		[ 'a pause', { page: keyPage( { state: 'paused' } ) }, 'paused', 'paused' ],
		[ 'no key page', { page: null }, 'missing', 'ours' ],
		[ 'a key page by somebody else', { authorId: 99 }, 'author', 'ours' ],
		[ 'keys that have run out', { page: keyPage( { keys: [] } ) }, 'no-key', 'ours' ],
		[ 'no connection', { down: true }, 'offline', 'offline' ],
		[ 'nobody logged in', { user: { id: 0, anon: true } }, 'logged-out', 'logged-out' ],
		[ 'a block', { blocks: { blockid: 1 }, errors: [ { code: 'blocked' } ] }, 'blocked', 'blocked' ],
		[ 'a blocked range of addresses', { errors: [ { code: 'blocked', data: { blockinfo: { blockpartial: false } } } ] }, 'blocked-address', 'blocked-address' ],
		[ 'an automatic block', { errors: [ { code: 'autoblocked', data: { blockinfo: {} } } ] }, 'blocked-address', 'blocked-address' ],
		[ 'a global block of an address', { errors: [ { code: 'globalblocking-blockedtext-range' } ] }, 'blocked-address', 'blocked-address' ],
		[ 'a global block of the account', { errors: [ { code: 'globalblocking-blockedtext-user' } ] }, 'blocked', 'blocked' ],
		[ 'a global block of the account, on a blocked connection', { errors: [ { code: 'blocked', data: { blockinfo: {} } }, { code: 'globalblocking-blockedtext-user' } ] }, 'blocked', 'blocked' ],
		[ 'an account that the farm of wikis has hidden', { errors: [ { code: 'centralauth-error-locked' } ] }, 'blocked', 'blocked' ],
		[ 'a block from the page', { blocks: { blockid: 1, blockpartial: true }, errors: [ { code: 'blocked', data: { blockinfo: { blockpartial: true } } } ] }, 'blocked-here', 'blocked-here' ],
		[ 'a protected page', { errors: [ { code: 'protectedpage' } ] }, 'protected', 'protected' ],
		[ 'Wikimail alone, and none for this account', { page: keyPage( { channels: [ 'wikimail' ] } ), user: { id: 4242, name: 'Ida' } }, 'no-way', 'no-way' ]
	] )( '%s ends in plain words', async ( name, wiki, reason, words ) => {
		await openWith( wiki );
		expect( step() ).toBe( 'unavailable' );
		expect( $( '[data-step]' ).dataset.reason ).toBe( reason );
		expect( $( '#ps-why' ).textContent ).toBe( en[ 'peer-support-closed-' + words ] );
		expect( $( '[data-action=again]' ) ).not.toBe( null );
		const published = wiki.page !== null && wiki.authorId === undefined && !wiki.down;
		expect( $( 'a[href$="/ask"]' ) !== null ).toBe( published && ![ 'paused', 'blocked', 'no-way' ].includes( reason ) );
	} );

	test( 'a browser that cannot seal says so before anything is typed', async () => {
		await openWith( {}, { canSeal: false } );
		expect( $( '[data-step]' ).dataset.reason ).toBe( 'browser' );
	} );

	test( 'a gadget that was never set up says so', async () => {
		await openWith( {}, { config: null } );
		expect( $( '[data-step]' ).dataset.reason ).toBe( 'config' );
	} );

	test.each( [
		[ {}, 'none' ],
		[ { email: 'i@example.org' }, 'unconfirmed' ],
		[ { ...confirmed, options: { disablemail: 1 } }, 'refused' ],
		[ { temp: true }, 'temporary' ],
		[ confirmed, 'ok' ]
	] )( '%j: whether mail reaches it, with the mend', async ( more, mail ) => {
		await openWith( { user: { id: 4242, name: 'Ida', ...more } } );
		press( 'next' );
		const told = $( '#ps-mail' );
		expect( told ? told.dataset.mail : 'ok' ).toBe( mail );
		// The private way begins with a mail.
		expect( $( '[data-action=ask-privately]' ) !== null ).toBe( mail === 'ok' );
		expect( $( '#ps-privately-closed' ) === null ).toBe( mail === 'ok' );
		go( 'say-more', 'next', 'next' );
		expect( $( '#ps-channel-1' ).disabled ).toBe( mail !== 'ok' );
		go( 'next', 'next', 'next', 'next' );
		expect( $( '#ps-notify' ) === null ).toBe( mail !== 'ok' );
	} );

	test( 'somebody who wrote before is told when, so that nobody asks twice', async () => {
		await openWith( { earlier: '2026-11-20T10:00:00Z' } );
		press( 'next' );
		expect( $( '#ps-earlier' ).textContent ).toContain( '2026' );
	} );
} );
