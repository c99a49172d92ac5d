/**
 * Append an envelope to the intake page.
 */
import { notSaved, outcomeOfAnswer, outcomeOfCode } from './outcome.js';
import { postEdit, tokenFor } from './post.js';

/** @typedef {import('./types.js').Saved} Saved */
/** @typedef {{id: string, word: string}} Solved what somebody answered to the wiki's question */

/** Always the same, so that a summary tells nothing. PROTOCOL.md, section 2. */
export const SUMMARY = 'Message to the peer support network';

/** How long to wait while the bot makes a full page small again. */
export const TIDY_PAUSE = 30000;

/**
 * @typedef {Object} Desk what saving needs
 * @property {mw.Api} api
 * @property {(milliseconds: number) => Promise<void>} pause
 * @property {(value: import('./types.js').AskedCaptcha) => import('./types.js').Captcha|null} readCaptcha
 * @property {() => void} [waiting] told when the long pause begins
 */

/**
 * One post.
 *
 * @param {Desk} desk
 * @param {string} name of the account
 * @param {import('./post.js').Edit} edit
 * @param {boolean} [stale] the token was refused once already
 * @return {Promise<Saved>}
 */
async function post( desk, name, edit, stale ) {
	const token = await tokenFor( desk.api, name );
	if ( !token.answer ) {
		const refused = outcomeOfCode( token.code, token.data );
		// Nothing was posted yet, whatever became of the question for a token.
		return refused.certain ? refused : notSaved( 'offline' );
	}
	const { answer, code, data } = await postEdit( desk.api, name, token.answer, edit );
	if ( answer ) {
		return outcomeOfAnswer( answer, desk.readCaptcha );
	}
	if ( code === 'badtoken' && !stale ) {
		desk.api.badToken( 'csrf' );
		return post( desk, name, edit, true );
	}
	return outcomeOfCode( code, data );
}

/**
 * Save one envelope. A page that is full gets half a minute and one more try: the bot is tidying it.
 *
 * @param {Desk} desk
 * @param {string} name of the account that it was sealed for
 * @param {string} intake
 * @param {string} text
 * @param {Solved|null} [solved]
 * @return {Promise<Saved>}
 */
export async function save( desk, name, intake, text, solved ) {
	/** @type {import('./post.js').Edit} */
	const edit = {
		action: 'edit',
		title: intake,
		appendtext: text,
		summary: SUMMARY,
		nocreate: 1,
		watchlist: 'nochange',
		formatversion: 2
	};
	if ( solved ) {
		edit.captchaid = solved.id;
		edit.captchaword = solved.word;
	}
	const first = await post( desk, name, edit );
	if ( first.outcome !== 'page-full' ) {
		return first;
	}
	if ( desk.waiting ) {
		desk.waiting();
	}
	await desk.pause( TIDY_PAUSE );
	return post( desk, name, edit );
}
