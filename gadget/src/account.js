/**
 * Whether this account can be served at all, found out before anything is typed. Pure.
 */

/** @typedef {import('./types.js').Account} Account */

/**
 * @param {any} user `meta=userinfo` with `uiprop=email|options`
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
 * @param {any[]} errors `actions.edit` of the intake page
 * @return {Account['state']}
 */
function stateOf( errors ) {
	const block = errors.find( ( error ) => /block/.test( error.code ) );
	if ( block ) {
		const info = block.data && block.data.blockinfo || {};
		return info.blockpartial ? 'blocked-here' : 'blocked';
	}
	return errors.length ? 'protected' : 'ok';
}

/**
 * @param {any} user `meta=userinfo` with `uiprop=email|options`
 * @param {any} page `prop=info|revisions` of the intake page, with `intestactionsdetail=full` and `rvuser`
 * @return {Account}
 */
export function judgeAccount( user, page ) {
	const mail = mailOf( user );
	const latest = page.revisions && page.revisions[ 0 ];
	/** @type {Account['state']} */
	let state = stateOf( page.actions && page.actions.edit || [] );
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
