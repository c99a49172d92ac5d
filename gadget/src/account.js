/**
 * Whether this account can be served at all, found out before anything is typed. Pure.
 */
import { outcomeOfCode } from './outcome.js';

/** @typedef {import('./types.js').Account} Account */
/** @typedef {import('./types.js').OwnBlocks} OwnBlocks */

/**
 * @param {import('./types.js').UserInfo} user `meta=userinfo` with `uiprop=email|options`
 * @return {Account['mail']}
 */
function mailOf( user ) {
	if ( user.temp ) {
		return 'temporary';
	}
	if ( !user.email ) {
		return 'none';
	}
	if ( !user.emailauthenticated ) {
		return 'unconfirmed';
	}
	return user.options && Number( user.options.disablemail ) === 1 ? 'refused' : 'ok';
}

/**
 * Tell a block of the account from one of the connection that it uses: only the account's own blocks stand in
 * `list=users` (what a farm of wikis does to it has codes of its own). The account is fine where it has none of its own,
 * or a partial one and the wiki blocks all of it.
 *
 * @param {OwnBlocks} own the account's line of `list=users` with `usprop=blockinfo`
 * @param {string} outcome 'blocked' or 'blocked-here', what its edits meet
 * @return {boolean} the connection is blocked, not the account
 */
export const isOfConnection = ( own, outcome ) => !own.blockid && !own.blockedby || outcome === 'blocked' && !!own.blockpartial;

/**
 * @param {Array<{code: string, data?: {blockinfo?: import('./types.js').BlockInfo}}>} errors `actions.edit` of the intake page
 * @param {OwnBlocks} [own] the account's line of `list=users`
 * @return {Account['state']}
 */
function stateOf( errors, own ) {
	if ( !errors.length ) {
		return 'ok';
	}
	const refusals = errors.map( ( error ) => outcomeOfCode( error.code, { error: error.data } ) );
	if ( refusals.some( ( refusal ) => refusal.ofAccount ) ) {
		return 'blocked';
	}
	const block = refusals.map( ( refusal ) => refusal.outcome ).find( ( outcome ) => /^blocked/.test( outcome ) );
	if ( !block ) {
		return 'protected';
	}
	return block !== 'blocked-address' && own && isOfConnection( own, block ) ? 'blocked-address' : /** @type {Account['state']} */ ( block );
}

/**
 * @param {import('./types.js').UserInfo} user `meta=userinfo` with `uiprop=email|options`
 * @param {import('./types.js').IntakePage} page `prop=info|revisions` of the intake page, with `intestactionsdetail=full` and `rvuser`
 * @param {OwnBlocks} [own] the account's line of `list=users` with `usprop=blockinfo`
 * @return {Account}
 */
export function judgeAccount( user, page, own ) {
	const mail = mailOf( user );
	const latest = page.revisions && page.revisions[ 0 ];
	/** @type {Account['state']} */
	let state = stateOf( page.actions && page.actions.edit || [], own );
	if ( user.anon || !user.id ) {
		state = 'logged-out';
	} else if ( page.missing || page.invalid ) {
		state = 'no-intake';
	}
	return {
		state,
		id: user.id,
		name: user.name,
		temporary: mail === 'temporary',
		emailable: mail === 'ok',
		mail,
		earlier: latest && typeof latest.timestamp === 'string' ? latest.timestamp : ''
	};
}
