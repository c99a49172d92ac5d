/**
 * The one place from which the gadget changes anything on the wiki. Each post says for which account it is: whoever
 * changed accounts in another tab, even during a wait, never publishes the other name.
 */
import { settle } from './wiki.js';

/**
 * @template Whole
 * @typedef {import('./types.js').Answer<Whole>} Answer
 */
/** @typedef {Object<string, string|number>} Edit parameters of action=edit */

/**
 * @param {string} name of the account
 * @return {{assert: 'user', assertuser: string}} the wiki then refuses for every other account, and for none
 */
const asserting = ( name ) => ( { assert: 'user', assertuser: name } );

/**
 * Ask for a token apart from posting, since a token that does not come means that nothing was posted.
 *
 * @param {mw.Api} api
 * @param {string} name of the account
 * @return {Promise<Answer<string>>} the token as its answer
 */
export const tokenFor = ( api, name ) => settle( api.getToken( 'csrf', asserting( name ) ) );

/**
 * @param {mw.Api} api
 * @param {string} name of the account
 * @param {string} token
 * @param {Edit} edit
 * @return {Promise<Answer<import('./types.js').Edited>>}
 */
export const postEdit = ( api, name, token, edit ) => settle( api.post( Object.assign( { token }, edit, asserting( name ) ) ) );

/**
 * @param {mw.Api} api
 * @param {string} name of the account
 * @param {string} option
 * @param {string|null} value null: the option is taken out
 * @return {Promise<Answer<unknown>>}
 */
export const postOption = ( api, name, option, value ) => settle( api.saveOption( option, value, asserting( name ) ) );
