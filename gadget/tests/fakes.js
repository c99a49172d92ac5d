/**
 * One fake of the wiki for all tests: loud on anything unexpected.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { readCaptcha } from '../src/captcha.js';
import { ROOT } from '../tools/root.js';

export const VECTORS = JSON.parse( readFileSync( join( ROOT, '..', 'tests', 'vectors', 'envelope-v1.json' ), 'utf8' ) );

export const NOW = '2026-11-22T12:00:00Z';
export const BOT_ID = 3;

/** What the gadget's own settings say of where a request goes. */
export const SETTINGS = { intake: 'Project:Peer support/Intake', desk: 'https://desk.example.org' };

/**
 * A page as the bot writes it.
 *
 * @param changes
 */
export const keyPage = ( changes = {} ) => ( {
	protocol: 1,
	wiki: VECTORS.wiki,
	state: 'open',
	intake: 'Project:Peer support/Intake',
	help_page: 'Project:Peer support',
	desk: 'https://desk.example.org/',
	ask_privately: true,
	keys: [ { id: 'k7f3a1', public: VECTORS.recipient_public, expires: '2026-11-24T00:00:00Z' } ],
	message_characters: 1000,
	languages: { de: 'several', en: 'many', fr: 'few' },
	reach: { de: { desk: 'several' } },
	channels: [ 'desk', 'wikimail', 'signal' ],
	topics: { harassment: { en: 'Harassment', de: 'Belästigung' }, other: {} },
	backgrounds: { women: { en: 'a woman' } },
	where_to_turn: [ { kind: 'emergency', label: { en: 'Threats of harm' }, mail: 'emergency@example.org' } ],
	usual_wait: 'days',
	...changes
} );

export const draft = ( changes = {} ) => ( {
	languages: [ 'de' ], topics: [ 'harassment' ], channels: [ 'desk' ], contact: {}, message: '', avoid: [], prefer: [], notify: true, ...changes
} );

export const IDENTITY = { ref: 'K7QF9M2D', words: [ 'amber', 'tiger', 'window' ], token: 'q83vASNFZ4mrze8BI0VniQ' };

/**
 * jQuery rejects with two values.
 *
 * @param code
 * @param data
 */
const rejected = ( code, data ) => ( { then: ( done, fail ) => fail( code, data ) } );

/**
 * What the wiki says to a post's assertions. A post that asserts no account by its name is a fault of ours.
 *
 * @param user who is logged in now
 * @param asserted
 * @return {string} the code of a refusal; empty when it may go on
 */
function refusalOf( user, asserted ) {
	if ( asserted.assert !== 'user' || !asserted.assertuser ) {
		throw new Error( 'This does not say for which account it is: ' + JSON.stringify( asserted ) );
	}
	if ( user.anon || !user.id ) {
		return 'assertuserfailed';
	}
	return asserted.assertuser === user.name ? '' : 'assertnameduserfailed';
}

/**
 * @param {Object} [wiki] what the wiki answers: `user`, the account that is logged in; `edits` to each post in turn (a
 * code, `{code, saves}` for an answer that is lost after the wiki has saved, or a whole answer; then Success); `blocks`,
 * the account's own blocks
 * @return {Object} an mw.Api with `posts`, every edit that was tried, `revisions`, what is on the intake page, and
 * `saved`, whose name it is there under
 */
export function fakeApi( wiki = {} ) {
	const api = {
		wiki: {
			page: keyPage(), authorId: BOT_ID, user: { id: 4242, name: 'Ida', email: 'i@example.org', emailauthenticated: NOW }, errors: [], edits: [], blocks: {}, ...wiki
		},
		posts: [],
		options: [],
		revisions: [],
		saved: [],
		tokens: 0,
		get( query ) {
			if ( api.wiki.down ) {
				return rejected( 'http', {} );
			}
			const users = query.list === 'users' ? [ { name: query.ususers, ...api.wiki.blocks } ] : undefined;
			if ( query.meta === 'userinfo' ) {
				const revision = { userid: api.wiki.authorId, slots: { main: { content: JSON.stringify( api.wiki.page ) } } };
				return Promise.resolve( { curtimestamp: NOW, query: { userinfo: api.wiki.user, pages: [ api.wiki.page ? { revisions: [ revision ] } : { missing: true } ] } } );
			}
			if ( query.prop === 'info|revisions' ) {
				const revisions = api.wiki.earlier ? [ { timestamp: api.wiki.earlier } ] : undefined;
				return Promise.resolve( { query: { users, pages: [ { actions: { edit: api.wiki.errors }, revisions } ] } } );
			}
			if ( query.prop === 'revisions' && query.rvuser ) {
				return Promise.resolve( { query: { pages: [ { revisions: api.revisions.map( ( content ) => ( { slots: { main: { content } } } ) ) } ] } } );
			}
			if ( users && query.usprop === 'blockinfo' ) {
				return Promise.resolve( { query: { users } } );
			}
			throw new Error( 'Unexpected query ' + JSON.stringify( query ) );
		},
		getToken( kind, additional ) {
			if ( kind !== 'csrf' ) {
				throw new Error( 'Unexpected token ' + kind );
			}
			api.tokens++;
			const refusal = refusalOf( api.wiki.user, additional ) || api.wiki.tokenFails;
			return refusal ? rejected( refusal, {} ) : Promise.resolve( 'token+\\' );
		},
		badToken: vi.fn(),
		post( edit ) {
			if ( edit.action !== 'edit' || edit.token !== 'token+\\' ) {
				throw new Error( 'Unexpected post ' + JSON.stringify( edit ) );
			}
			const refusal = refusalOf( api.wiki.user, edit );
			api.posts.push( edit );
			if ( refusal ) {
				return rejected( refusal, { error: { code: refusal } } );
			}
			const next = api.wiki.edits.shift();
			const saves = !next || next.saves || next.edit && next.edit.result === 'Success';
			if ( saves ) {
				api.revisions.push( edit.appendtext );
				api.saved.push( api.wiki.user.name );
			}
			if ( typeof next === 'string' ) {
				return rejected( next, {} );
			}
			if ( next && next.code ) {
				return rejected( next.code, next.data || {} );
			}
			return Promise.resolve( next || { edit: { result: 'Success', newrevid: 7 } } );
		},
		saveOption( name, value, additional ) {
			const refusal = refusalOf( api.wiki.user, additional );
			api.options.push( [ name, value, additional.assertuser ] );
			if ( refusal ) {
				return rejected( refusal, {} );
			}
			return api.wiki.optionsFail ? rejected( 'readonly', {} ) : Promise.resolve( { options: 'success' } );
		}
	};
	return api;
}

/**
 * Enough of `mw` for the dialog: messages with their parameters, and numbers as they are.
 *
 * @param messages
 * @param own the reader's language
 */
export function fakeMw( messages, own = 'en' ) {
	const store = new Map( Object.entries( messages ) );
	return {
		messages: { set: ( more ) => Object.entries( more ).forEach( ( [ key, words ] ) => store.set( key, words ) ), exists: ( key ) => store.has( key ) },
		message: ( key, ...parameters ) => ( {
			text() {
				if ( !store.has( key ) ) {
					throw new Error( 'No words for ' + key );
				}
				return store.get( key ).replace( /\$(\d)/g, ( all, at ) => String( parameters[ at - 1 ] ) );
			}
		} ),
		language: { convertNumber: String, getFallbackLanguageChain: () => [ 'en' ] },
		util: { getUrl: ( title ) => '/wiki/' + encodeURIComponent( title ) },
		config: { get: ( key ) => ( { wgScript: '/index.php', wgUserName: 'Ida', wgUserLanguage: own } )[ key ] }
	};
}

/**
 * The first letter as mw.Title makes it: where the large one is one letter, and Georgian stays small.
 *
 * @param text
 */
function firstLarge( text ) {
	const [ first ] = text;
	const large = first.toUpperCase();
	return Array.from( large ).length === 1 && !/[ა-ჿ]/.test( first ) ? large + text.slice( first.length ) : text;
}

/** Roughly the wiki's rules: the real ones are tried in a browser, with the same vectors. */
export const NAME_RULES = {
	titleOf( text ) {
		const [ , prefix, rest ] = /^(?:(user|user talk|special|talk|file):)?(.*)$/i.exec( text );
		const namespace = { user: 2, 'user talk': 3, special: -1, talk: 1, file: 6 }[ ( prefix || 'user' ).toLowerCase() ];
		const [ title, fragment ] = rest.trim().split( '#' );
		return !title || /[<>[\]{}|]/.test( title ) ? null : { namespace, text: firstLarge( title ), fragment: fragment !== undefined };
	},
	isAddress: ( text ) => /^[0-9.]+$/.test( text.split( '/' )[ 0 ] ) && text.split( '.' ).length === 4 || /^[0-9a-f:]+$/i.test( text ) && text.includes( '::' )
};

export const outside = ( api, changes = {} ) => ( {
	api,
	config: { bot: 'PeerSupportBot', botId: BOT_ID, page: 'User:PeerSupportBot/peer-support.json', landing: 'Project:Peer support', ...SETTINGS },
	isHere: false,
	wikiId: VECTORS.wiki,
	locale: 'de',
	chain: [ 'de', 'en' ],
	own: [ 'de', 'en' ],
	canSeal: true,
	readCaptcha: ( value ) => readCaptcha( value, ( html ) => html, 'https://wiki.example.org/' ),
	nameRules: NAME_RULES,
	tabs: { alone: ( account, act ) => act(), listen() {} },
	random: ( count ) => crypto.getRandomValues( new Uint8Array( count ) ),
	pause: vi.fn( () => Promise.resolve() ),
	...changes
} );
