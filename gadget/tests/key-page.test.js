import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judgeKeyPage } from '../src/key-page.js';
import { deskAddress, isHere, labelOf, languagesInOrder, readPublished, webAddress } from '../src/published.js';
import { BOT_ID, keyPage, NOW, SETTINGS, VECTORS } from './fakes.js';

const judge = ( page, answer = {}, expected = {} ) => judgeKeyPage(
	{ serverTime: NOW, missing: false, authorId: BOT_ID, text: typeof page === 'string' ? page : JSON.stringify( page ), ...answer },
	{ botId: BOT_ID, wikiId: VECTORS.wiki, isHere: false, ...SETTINGS, ...expected }
);

describe( 'whether the network takes requests', () => {
	test( 'an open page gives its first living key', () => {
		const old = { id: 'old', public: VECTORS.recipient_public, expires: '2026-11-22T11:59:59Z' };
		const page = keyPage();
		page.keys.unshift( old );
		expect( judge( page ) ).toMatchObject( { open: true, key: { id: 'k7f3a1' } } );
	} );

	test.each( [
		[ 'paused', keyPage( { state: 'paused' } ), {}, 'paused' ],
		[ 'missing', '', { missing: true }, 'missing' ],
		[ 'written by somebody else', keyPage(), { authorId: 99 }, 'author' ],
		[ 'written by a hidden author', keyPage(), { authorId: undefined }, 'author' ],
		[ 'no JSON', '{', {}, 'unreadable' ],
		[ 'a list', '[]', {}, 'unreadable' ],
		[ 'hidden text', '', { text: undefined }, 'unreadable' ],
		[ 'without channels', keyPage( { channels: [] } ), {}, 'unreadable' ],
		[ 'of another protocol', keyPage( { protocol: 2 } ), {}, 'protocol' ],
		[ 'of another wiki', keyPage( { wiki: 'otherwiki' } ), {}, 'wiki' ],
		[ 'without keys', keyPage( { keys: [] } ), {}, 'no-key' ],
		[ 'with an expired key', keyPage(), { serverTime: '2026-11-24T00:00:00Z' }, 'no-key' ],
		[ 'with no time to judge by', keyPage(), { serverTime: undefined }, 'no-key' ],
		[ 'with a key that lives longer than three days', keyPage( { keys: [ { ...keyPage().keys[ 0 ], expires: '2026-11-25T12:00:01Z' } ] } ), {}, 'no-key' ],
		[ 'with a key that hardly ends', keyPage( { keys: [ { ...keyPage().keys[ 0 ], expires: '2126-11-25T12:00:00Z' } ] } ), {}, 'no-key' ],
		[ 'with a key without an end', keyPage( { keys: [ { ...keyPage().keys[ 0 ], expires: undefined } ] } ), {}, 'no-key' ],
		[ 'leading to another desk', keyPage( { desk: 'https://desk.example.org.evil.example' } ), {}, 'disagrees' ],
		[ 'leading to the desk over http', keyPage( { desk: 'http://desk.example.org' } ), {}, 'disagrees' ],
		[ 'leading to no desk', keyPage( { desk: undefined } ), {}, 'disagrees' ],
		[ 'leading to another intake page', keyPage( { intake: 'User:Mallory/Intake' } ), {}, 'disagrees' ],
		[ 'leading to no intake page', keyPage( { intake: '' } ), {}, 'disagrees' ],
		[ 'paused and leading elsewhere', keyPage( { state: 'paused', desk: 'https://evil.example' } ), {}, 'disagrees' ],
		[ 'with a key that is no point', keyPage( { keys: [ { id: 'a', public: 'AAAA', expires: '2027-01-01T00:00:00Z' } ] } ), {}, 'no-key' ],
		[ 'with a key id that is wikitext', keyPage( { keys: [ { id: 'a}}', public: VECTORS.recipient_public, expires: '2027-01-01T00:00:00Z' } ] } ), {}, 'no-key' ]
	] )( 'not when the page is %s', ( name, page, answer, why ) => {
		expect( judge( page, answer ) ).toMatchObject( { open: false, why } );
	} );

	test( 'the page of an earlier release is understood', () => {
		const file = new URL( '../../tests/data/schema-0001/key-page.json', import.meta.url );
		const page = JSON.parse( readFileSync( file, 'utf8' ) );
		const judged = judge( page, {}, { wikiId: 'fakewiki', intake: page.intake, desk: deskAddress( page.desk, true ), isHere: true } );
		expect( judged ).toMatchObject( { open: true, key: { id: 'kd106e6fa04' } } );
		expect( [ ...judged.published.languages.keys() ].sort() ).toEqual( [ 'de', 'en', 'fr' ] );
		expect( judged.published.channels ).not.toHaveLength( 0 );
	} );

	test( 'nothing of a page that leads elsewhere is shown', () => {
		expect( judge( keyPage( { desk: 'https://evil.example' } ) ).published ).toBeUndefined();
	} );

	test( 'a key of three days is taken, and the desk with or without a slash', () => {
		const page = keyPage( { desk: 'https://desk.example.org' } );
		page.keys[ 0 ].expires = '2026-11-25T12:00:00Z';
		expect( judge( page ) ).toMatchObject( { open: true } );
	} );

	test( 'a gadget without the bot’s id believes nobody', () => {
		expect( judge( keyPage(), { authorId: undefined }, { botId: undefined } ) ).toMatchObject( { open: false, why: 'author' } );
	} );

	test( 'a paused page still says where else to turn', () => {
		expect( judge( keyPage( { state: 'paused' } ) ).published.whereToTurn ).toHaveLength( 1 );
	} );

	test( 'the visitor’s clock plays no part', () => {
		const real = Date.now;
		Date.now = () => {
			throw new Error( 'The visitor’s clock was asked' );
		};
		try {
			expect( judge( keyPage() ).open ).toBe( true );
		} finally {
			Date.now = real;
		}
	} );
} );

describe( 'what is published', () => {
	test( 'values of a wrong type are dropped', () => {
		const read = readPublished( keyPage( {
			languages: { de: 'several', en: 12, fr: '<b>' },
			channels: [ 'desk', 7, 'desk', null ],
			topics: [ 'a', {} ],
			desk: 'javascript:alert(1)',
			where_to_turn: [ null, { kind: 'x', url: 'javascript:alert(1)', mail: 'a@b?subject=x', label: { en: 7 } } ],
			usual_wait: 'minutes',
			message_characters: -1
		} ) );
		expect( Array.from( read.languages.keys() ) ).toEqual( [ 'de' ] );
		expect( read.channels ).toEqual( [ 'desk' ] );
		expect( Array.from( read.topics.keys() ) ).toEqual( [ 'a' ] );
		expect( read ).toMatchObject( { desk: '', usualWait: 'unknown', messageCharacters: 1000 } );
		expect( read.whereToTurn ).toEqual( [ { kind: 'x', label: {}, mail: '', url: '' } ] );
	} );

	test( 'no free text at all can be wished', () => {
		expect( readPublished( keyPage( { message_characters: 0 } ) ).messageCharacters ).toBe( 0 );
	} );

	test( 'labels fall back to English, then to the id', () => {
		expect( labelOf( { en: 'Alone', de: 'Allein' }, [ 'de-at', 'de' ], 'alone' ) ).toEqual( { text: 'Allein', lang: 'de' } );
		expect( labelOf( { en: 'Alone' }, [ 'pl' ], 'alone' ) ).toEqual( { text: 'Alone', lang: 'en' } );
		expect( labelOf( {}, [ 'pl' ], 'alone' ) ).toEqual( { text: 'alone', lang: '' } );
		expect( labelOf( undefined, [ 'pl' ], 'alone' ) ).toEqual( { text: 'alone', lang: '' } );
	} );

	test( 'the reader’s own languages come first', () => {
		expect( languagesInOrder( readPublished( keyPage() ), [ 'fr' ], ( code ) => code ) ).toEqual( [ 'fr', 'de', 'en' ] );
	} );
} );

describe( 'an address', () => {
	test.each( [ 'http://localhost', 'http://127.0.0.1:8300', 'http://[::1]:8300', 'http://desk.localhost/x' ] )( '%s is this machine’s', ( address ) => {
		expect( isHere( address ) ).toBe( true );
		expect( webAddress( address, true ) ).toBe( address );
		expect( webAddress( address, false ) ).toBe( '' );
	} );

	test.each( [
		'http://example.org', 'http://localhost.example.org', 'http://127.0.0.1.example.org', 'http://localhost@example.org', 'http://localhost:80@example.org',
		'http://127.0.0.1\\@example.org', 'http://[::1].example.org', 'http://evil.example/localhost', 'javascript:alert(1)', 'ftp://localhost', '//localhost'
	] )( '%s is nobody’s, not even on a wiki of this machine', ( address ) => {
		expect( webAddress( address, true ) ).toBe( '' );
	} );

	test( 'over https is taken everywhere', () => {
		expect( webAddress( 'https://example.org/a' ) ).toBe( 'https://example.org/a' );
	} );
} );
