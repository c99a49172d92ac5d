/**
 * Whether this account can be served at all, found out before anything is typed. Pure.
 */

/** @typedef {import('./types.js').Account} Account */

const BLOCKS = [ 'blocked', 'autoblocked', 'blocked-global', 'globalblocking-blockedtext-user', 'systemblocked' ];

/**
 * @param {any} user `meta=userinfo` with `uiprop=email`
 * @param {any} page `prop=info` of the intake page with `intestactionsdetail=full`
 * @param {boolean} refusesMail the account's preference
 * @return {Account}
 */
export function judgeAccount( user, page, refusesMail ) {
	const account = {
		id: user.id,
		name: user.name,
		temporary: !!user.temp,
		emailable: !user.temp && !!user.email && !!user.emailauthenticated && !refusesMail
	};
	const errors = page.actions && page.actions.edit || [];
	const codes = errors.map( ( /** @type {any} */ error ) => error.code );
	/** @type {Account['state']} */
	let state = 'ok';
	if ( user.anon || !user.id ) {
		state = 'logged-out';
	} else if ( page.missing || page.invalid ) {
		state = 'no-intake';
	} else if ( codes.some( ( /** @type {string} */ code ) => BLOCKS.includes( code ) || /block/.test( code ) ) ) {
		state = 'blocked';
	} else if ( codes.length ) {
		state = 'protected';
	}
	return Object.assign( account, { state } );
}
