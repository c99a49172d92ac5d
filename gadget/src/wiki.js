/**
 * What the gadget asks the wiki: the bot's page, whether this account can write on the intake page, and whether an
 * envelope is there already. Nothing is cached, nothing that was typed is ever in a request.
 */
import { judgeKeyPage } from './key-page.js';
import { deskAddress } from './published.js';
import { isOfConnection, judgeAccount } from './account.js';

/** @typedef {import('./types.js').Config} Config */
/** @typedef {import('./types.js').Judgement} Judgement */
/** @typedef {import('./types.js').Account} Account */

const FRESH = { formatversion: 2, maxage: 0, smaxage: 0 };

/** How many of an account's own latest revisions are looked at for an envelope. */
const REVISIONS = 3;

/** @typedef {import('./types.js').QueryAnswer} QueryAnswer */
/** @typedef {import('./types.js').ApiError} ApiError */
/**
 * @template Whole
 * @typedef {import('./types.js').Answer<Whole>} Answer
 */

/**
 * jQuery's promises reject with several values; here they become one answer.
 *
 * @template Whole
 * @param {mw.Api.Promise<[Whole, ...unknown[]]>} promise of mw.Api
 * @return {Promise<Answer<Whole>>}
 */
export const settle = ( promise ) => new Promise( ( resolve ) => {
	promise.then(
		( answer ) => resolve( { answer } ),
		// For some codes of its own mw.Api hands over a sentence.
		( code, data ) => resolve( { code: code || 'unknown', data: typeof data === 'string' ? undefined : data } )
	);
} );

/**
 * @param {mw.Api} api
 * @param {Object<string, string|number>} asked
 * @return {Promise<Answer<QueryAnswer>>} never from a cache
 */
const query = ( api, asked ) => settle( api.get( Object.assign( { action: 'query' }, asked, FRESH ) ) );

/**
 * @param {QueryAnswer|undefined} answer of a query for one page
 * @return {import('./types.js').IntakePage|undefined}
 */
const firstPage = ( answer ) => answer && answer.query && answer.query.pages && answer.query.pages[ 0 ];

/**
 * @param {QueryAnswer|undefined} answer of a query for one account
 * @return {import('./types.js').OwnBlocks|undefined}
 */
const firstUser = ( answer ) => answer && answer.query && answer.query.users && answer.query.users[ 0 ];

/**
 * @param {mw.Api} api
 * @param {Config} config
 * @param {Pick<import('./types.js').Outside, 'wikiId'|'isHere'>} around
 * @return {Promise<{judgement: Judgement, user?: import('./types.js').UserInfo}>}
 */
export async function readKeyPage( api, config, around ) {
	const desk = deskAddress( config.desk, around.isHere );
	if ( typeof config.intake !== 'string' || typeof config.desk !== 'string' || config.desk && !desk ) {
		// Settings of an earlier release, or an address that others on the way could read.
		return { judgement: { open: false, why: 'config' } };
	}
	const { answer } = await query( api, {
		titles: config.page,
		prop: 'revisions',
		rvprop: 'userid|content',
		rvslots: 'main',
		meta: 'userinfo',
		uiprop: 'email|options',
		curtimestamp: 1
	} );
	if ( !answer ) {
		return { judgement: { open: false, why: 'offline' } };
	}
	const page = firstPage( answer ) || {};
	const revision = page.revisions && page.revisions[ 0 ];
	const slot = revision && revision.slots && revision.slots.main || {};
	const judgement = judgeKeyPage(
		{ serverTime: String( answer.curtimestamp ), missing: !revision, authorId: revision && revision.userid, text: slot.content },
		{ botId: config.botId, wikiId: around.wikiId, isHere: around.isHere, intake: config.intake, desk }
	);
	return { judgement, user: answer.query && answer.query.userinfo };
}

/**
 * @param {mw.Api} api
 * @param {string} intake full title
 * @param {import('./types.js').UserInfo|undefined} user `userinfo` of readKeyPage
 * @return {Promise<Account|null>} null: the wiki did not answer
 */
export async function readAccount( api, intake, user ) {
	if ( !user ) {
		return null;
	}
	if ( user.anon || !user.id ) {
		return judgeAccount( user, {} );
	}
	const { answer } = await query( api, {
		titles: intake,
		prop: 'info|revisions',
		intestactions: 'edit',
		intestactionsdetail: 'full',
		rvprop: 'timestamp',
		rvuser: user.name,
		rvlimit: 1,
		list: 'users',
		ususers: user.name,
		usprop: 'blockinfo'
	} );
	const page = firstPage( answer );
	return page ? judgeAccount( user, page, firstUser( answer ) ) : null;
}

/**
 * What a block that an edit met is of: the account, or the connection that it uses.
 *
 * @param {mw.Api} api
 * @param {string} name of the account
 * @param {string} outcome 'blocked' or 'blocked-here'
 * @return {Promise<string>} the same, or 'blocked-address'
 */
export async function whatIsBlocked( api, name, outcome ) {
	const { answer } = await query( api, { list: 'users', ususers: name, usprop: 'blockinfo' } );
	const own = firstUser( answer );
	return own && isOfConnection( own, outcome ) ? 'blocked-address' : outcome;
}

/**
 * Whether an envelope is on the intake page, after an answer that was lost.
 *
 * @param {mw.Api} api
 * @param {string} intake full title
 * @param {string} name of the account
 * @param {string} text the envelope
 * @return {Promise<boolean|null>} null: the wiki did not answer
 */
export async function isSaved( api, intake, name, text ) {
	const { answer } = await query( api, {
		titles: intake,
		prop: 'revisions',
		rvprop: 'content',
		rvslots: 'main',
		rvuser: name,
		rvlimit: REVISIONS
	} );
	const page = firstPage( answer );
	if ( !page ) {
		return null;
	}
	return ( page.revisions || [] ).some( ( revision ) => {
		const slot = revision.slots && revision.slots.main || {};
		return typeof slot.content === 'string' && slot.content.includes( text.trim() );
	} );
}
