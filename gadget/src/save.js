/**
 * Append an envelope to the intake page.
 */
import { notSaved, outcomeOfAnswer, outcomeOfCode } from './outcome.js';
import { settle } from './wiki.js';

/** @typedef {import('./types.js').Saved} Saved */
/** @typedef {{id: string, word: string}} Solved what somebody answered to the wiki's question */

/** Always the same, so that a summary tells nothing. PROTOCOL.md, section 2. */
export const SUMMARY = 'Message to the peer support network';

/** How long to wait while the bot makes a full page small again. */
export const TIDY_PAUSE = 30000;

/**
 * @typedef {Object} Desk what saving needs
 * @property {any} api an mw.Api
 * @property {(milliseconds: number) => Promise<void>} pause
 * @property {(value: any) => import('./types.js').Captcha|null} readCaptcha
 * @property {() => void} [waiting] told when the long pause begins
 */

/**
 * One post. The token is asked for apart, since a token that does not come means that nothing was posted.
 *
 * @param {Desk} desk
 * @param {Object<string, any>} edit
 * @param {boolean} [stale] the token was refused once already
 * @return {Promise<Saved>}
 */
async function post( desk, edit, stale ) {
	const token = await settle( desk.api.getToken( 'csrf', { assert: 'user' } ) );
	if ( !token.answer ) {
		return token.code === 'http' ? notSaved( 'offline' ) : outcomeOfCode( /** @type {string} */ ( token.code ), token.data );
	}
	const { answer, code, data } = await settle( desk.api.post( Object.assign( { token: token.answer }, edit ) ) );
	if ( answer ) {
		return outcomeOfAnswer( answer, desk.readCaptcha );
	}
	if ( code === 'badtoken' && !stale ) {
		desk.api.badToken( 'csrf' );
		return post( desk, edit, true );
	}
	return outcomeOfCode( /** @type {string} */ ( code ), data );
}

/**
 * Save one envelope. A page that is full gets half a minute and one more try: the bot is tidying it.
 *
 * @param {Desk} desk
 * @param {string} intake
 * @param {string} text
 * @param {Solved|null} [solved]
 * @return {Promise<Saved>}
 */
export async function save( desk, intake, text, solved ) {
	/** @type {Object<string, any>} */
	const edit = {
		action: 'edit',
		title: intake,
		appendtext: text,
		summary: SUMMARY,
		assert: 'user',
		nocreate: 1,
		watchlist: 'nochange',
		formatversion: 2
	};
	if ( solved ) {
		edit.captchaid = solved.id;
		edit.captchaword = solved.word;
	}
	const first = await post( desk, edit );
	if ( first.outcome !== 'page-full' ) {
		return first;
	}
	if ( desk.waiting ) {
		desk.waiting();
	}
	await desk.pause( TIDY_PAUSE );
	return post( desk, edit );
}
