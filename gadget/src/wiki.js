/**
 * What the gadget asks the wiki: the bot's page, and whether this account can write on the intake page. Nothing is
 * cached, nothing that was typed is ever in a request.
 */
import { judgeKeyPage } from './key-page.js';
import { judgeAccount } from './account.js';

/** @typedef {import('./types.js').Config} Config */
/** @typedef {import('./types.js').Judgement} Judgement */
/** @typedef {import('./types.js').Account} Account */

const FRESH = { formatversion: 2, maxage: 0, smaxage: 0 };

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
		uiprop: 'email',
		curtimestamp: 1
	}, FRESH ) ) );
	if ( !answer ) {
		return { judgement: { open: false, why: 'offline' } };
	}
	const page = answer.query && answer.query.pages && answer.query.pages[ 0 ] || {};
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
 * @param {boolean} refusesMail the account's preference
 * @return {Promise<Account|null>} null: the wiki did not answer
 */
export async function readAccount( api, intake, user, refusesMail ) {
	if ( user.anon ) {
		return judgeAccount( user, {}, refusesMail );
	}
	const { answer } = await settle( api.get( Object.assign( {
		action: 'query',
		titles: intake,
		prop: 'info',
		intestactions: 'edit',
		intestactionsdetail: 'full'
	}, FRESH ) ) );
	const page = answer && answer.query && answer.query.pages && answer.query.pages[ 0 ];
	return page ? judgeAccount( user, page, refusesMail ) : null;
}
