import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { readings, readName } from '../src/user-names.js';
import { ROOT } from '../tools/root.js';
import { costs } from '../src/reach.js';
import { findLanguage, knownLanguages } from '../src/language-codes.js';
import { readPublished } from '../src/published.js';
import { tabsOf } from '../src/tabs.js';
import { keyPage, NAME_RULES } from './fakes.js';

describe( 'names of people', () => {
	const shared = JSON.parse( readFileSync( join( ROOT, '..', 'tests', 'vectors', 'user-names.json' ), 'utf8' ) );

	test.each( shared.names.map( ( { typed, name } ) => [ typed, name ] ) )( '%j is %s', ( typed, name ) => {
		expect( readName( typed, NAME_RULES ) ).toEqual( { name } );
	} );

	test.each( shared.refused.map( ( { typed, problem } ) => [ typed, problem ] ) )( '%j is refused as %s', ( typed, problem ) => {
		expect( readName( typed, NAME_RULES ) ).toEqual( { problem } );
	} );

	test.each( [ 'File:Mallory', 'Special:Log' ] )( '%j is no user’s page', ( typed ) => {
		expect( readName( typed, NAME_RULES ) ).toEqual( { problem: 'name-impossible' } );
	} );

	test( 'a colon is read both ways: a part of the name, and behind the short name of a wiki', () => {
		expect( readings( 'W:de:Mallory', NAME_RULES ) ).toEqual( [ 'W:de:Mallory', 'Mallory' ] );
		expect( readings( 'Mallory', NAME_RULES ) ).toEqual( [ 'Mallory' ] );
		expect( readings( 'Mallory:', NAME_RULES ) ).toEqual( [ 'Mallory:' ] );
	} );
} );

describe( 'what excluding costs', () => {
	const published = readPublished( keyPage( { reach: { de: { desk: 'few', signal: 'several' } } } ) );

	test( 'the way that reaches most counts, since the same people may use several', () => {
		expect( costs( published, [ 'de' ], [ 'desk', 'signal' ] ) ).toEqual( [ { language: 'de', chosen: 'several', all: 'several' } ] );
		expect( costs( published, [ 'de' ], [ 'desk' ] ) ).toEqual( [ { language: 'de', chosen: 'few', all: 'several' } ] );
	} );

	test( 'a way that is not told of is used by fewer than three or by nobody, which is said as that', () => {
		expect( costs( published, [ 'de' ], [ 'wikimail' ] ) ).toEqual( [ { language: 'de', chosen: 'unknown', all: 'several' } ] );
		expect( costs( published, [ 'fr' ], [ 'desk' ] ) ).toEqual( [ { language: 'fr', chosen: 'unknown', all: 'few' } ] );
		expect( costs( published, [ 'fr' ], published.channels ) ).toEqual( [ { language: 'fr', chosen: 'few', all: 'few' } ] );
	} );

	test( '"nobody" is said of what nobody speaks', () => {
		expect( costs( published, [ 'pl' ], [ 'desk' ] ) ).toEqual( [ { language: 'pl', chosen: 'none', all: 'none' } ] );
	} );
} );

describe( 'names of languages', () => {
	const known = knownLanguages( [ 'en' ], [ 'de', 'x-sign' ] );

	test.each( [
		[ 'German', 'de' ], [ 'deutsch', 'de' ], [ ' DE ', 'de' ], [ 'espanol', 'es' ], [ 'العربية', 'ar' ], [ 'Ukrain', 'uk' ],
		[ 'S', '' ], [ 'Klingonish', '' ], [ '', '' ]
	] )( '%j is %j', ( typed, code ) => {
		expect( findLanguage( typed, known ) ).toBe( code );
	} );

	test( 'what the network offers can be found though no browser has a name for it', () => {
		expect( findLanguage( 'x-sign', known ) ).toBe( 'x-sign' );
	} );
} );

describe( 'two tabs', () => {
	test( 'one sends at a time, and tells the other', async () => {
		let held = false;
		const posted = vi.fn();
		const scope = {
			BroadcastChannel: class {
				constructor() {
					this.postMessage = posted;
				}
			},
			navigator: { locks: { request: async ( name, how, act ) => {
				if ( held ) {
					return act( null );
				}
				held = true;
				const result = await act( {} );
				held = false;
				return result;
			} } }
		};
		const tabs = tabsOf( scope );
		const first = tabs.alone( 7, () => new Promise( ( resolve ) => {
			setTimeout( () => resolve( { saved: true } ), 5 );
		} ) );
		expect( await tabs.alone( 7, () => Promise.reject( new Error( 'sent twice' ) ) ) ).toMatchObject( { saved: false, outcome: 'other-tab', again: true } );
		expect( await first ).toEqual( { saved: true } );
		expect( posted ).toHaveBeenCalledExactlyOnceWith( 7 );
	} );

	test( 'a browser without locks and channels sends all the same', async () => {
		expect( await tabsOf( {} ).alone( 7, () => Promise.resolve( { saved: true } ) ) ).toEqual( { saved: true } );
	} );
} );
