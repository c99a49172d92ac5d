import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judgeKeyPage } from '../src/key-page.js';
import { labelOf, languagesInOrder, readPublished } from '../src/published.js';
import { BOT_ID, keyPage, NOW, VECTORS } from './fakes.js';

const judge = ( page, answer = {}, expected = {} ) => judgeKeyPage(
	{ serverTime: NOW, missing: false, authorId: BOT_ID, text: typeof page === 'string' ? page : JSON.stringify( page ), ...answer },
	{ botId: BOT_ID, wikiId: VECTORS.wiki, ...expected }
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
		[ 'with a key that is no point', keyPage( { keys: [ { id: 'a', public: 'AAAA', expires: '2027-01-01T00:00:00Z' } ] } ), {}, 'no-key' ],
		[ 'with a key id that is wikitext', keyPage( { keys: [ { id: 'a}}', public: VECTORS.recipient_public, expires: '2027-01-01T00:00:00Z' } ] } ), {}, 'no-key' ]
	] )( 'not when the page is %s', ( name, page, answer, why ) => {
		expect( judge( page, answer ) ).toMatchObject( { open: false, why } );
	} );

	test( 'the page of an earlier release is understood', () => {
		const file = new URL( '../../tests/data/schema-0001/key-page.json', import.meta.url );
		const judged = judge( readFileSync( file, 'utf8' ), {}, { wikiId: 'fakewiki' } );
		expect( judged ).toMatchObject( { open: true, key: { id: 'kd106e6fa04' } } );
		expect( [ ...judged.published.languages.keys() ].sort() ).toEqual( [ 'de', 'en', 'fr' ] );
		expect( judged.published.channels ).not.toHaveLength( 0 );
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
