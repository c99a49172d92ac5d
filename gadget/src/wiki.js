/**
 * What the gadget asks the wiki: the bot's page, whether this account can write on the intake page, and whether an
 * envelope is there already. Nothing is cached, nothing that was typed is ever in a request.
 */
import { judgeKeyPage } from './key-page.js';
import { judgeAccount } from './account.js';

/** @typedef {import('./types.js').Config} Config */
/** @typedef {import('./types.js').Judgement} Judgement */
/** @typedef {import('./types.js').Account} Account */

const FRESH = { formatversion: 2, maxage: 0, smaxage: 0 };

/** How many of an account's own latest revisions are looked at for an envelope. */
const REVISIONS = 3;

/**
 * jQuery's promises reject with several values; here they become one answer.
 *
 * @param {any} promise of mw.Api
 * @return {Promise<{answer?: any, code?: string, data?: any}>}
 */
export const settle = ( promise ) => new Promise( ( resolve ) => {
	promise.then(
		( /** @type {any} */ answer ) => resolve( { answer } ),
		( /** @type {string} */ code, /** @type {any} */ data ) => resolve( { code: code || 'unknown', data } )
	);
} );

/**
 * @param {any} answer of a query for one page
 * @return {any}
 */
const firstPage = ( answer ) => answer && answer.query && answer.query.pages && answer.query.pages[ 0 ];

/**
 * @param {any} api an mw.Api
 * @param {Config} config
 * @param {string} wikiId
 * @return {Promise<{judgement: Judgement, user?: any}>}
 */
export async function readKeyPage( api, config, wikiId ) {
	const { answer } = await settle( api.get( Object.assign( {
		action: 'query',
		titles: config.page,
		prop: 'revisions',
		rvprop: 'userid|content',
		rvslots: 'main',
		meta: 'userinfo',
		uiprop: 'email|options',
		curtimestamp: 1
	}, FRESH ) ) );
	if ( !answer ) {
		return { judgement: { open: false, why: 'offline' } };
	}
	const page = firstPage( answer ) || {};
	const revision = page.revisions && page.revisions[ 0 ];
	const slot = revision && revision.slots && revision.slots.main || {};
	const judgement = judgeKeyPage(
		{ serverTime: answer.curtimestamp, missing: !revision, authorId: revision && revision.userid, text: slot.content },
		{ botId: config.botId, wikiId }
	);
	return { judgement, user: answer.query && answer.query.userinfo };
}

/**
 * @param {any} api an mw.Api
 * @param {string} intake full title
 * @param {any} user `userinfo` of readKeyPage
 * @return {Promise<Account|null>} null: the wiki did not answer
 */
export async function readAccount( api, intake, user ) {
	if ( !user ) {
		return null;
	}
	if ( user.anon || !user.id ) {
		return judgeAccount( user, {} );
	}
	const { answer } = await settle( api.get( Object.assign( {
		action: 'query',
		titles: intake,
		prop: 'info|revisions',
		intestactions: 'edit',
		intestactionsdetail: 'full',
		rvprop: 'timestamp',
		rvuser: user.name,
		rvlimit: 1
	}, FRESH ) ) );
	const page = firstPage( answer );
	return page ? judgeAccount( user, page ) : null;
}

/**
 * Whether an envelope is on the intake page, after an answer that was lost.
 *
 * @param {any} api an mw.Api
 * @param {string} intake full title
 * @param {string} name of the account
 * @param {string} text the envelope
 * @return {Promise<boolean|null>} null: the wiki did not answer
 */
export async function isSaved( api, intake, name, text ) {
	const { answer } = await settle( api.get( Object.assign( {
		action: 'query',
		titles: intake,
		prop: 'revisions',
		rvprop: 'content',
		rvslots: 'main',
		rvuser: name,
		rvlimit: REVISIONS
	}, FRESH ) ) );
	const page = firstPage( answer );
	if ( !page ) {
		return null;
	}
	return ( page.revisions || [] ).some( ( /** @type {any} */ revision ) => {
		const slot = revision.slots && revision.slots.main || {};
		return typeof slot.content === 'string' && slot.content.includes( text.trim() );
	} );
}
