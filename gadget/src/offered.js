/**
 * What the network offers, held against what was chosen. Pure but for the draft that is handed in.
 */

/** @typedef {import('./types.js').Draft} Draft */
/** @typedef {import('./types.js').Published} Published */
/** @typedef {(channel: string) => boolean} CanUse whether the account can be reached that way */

/**
 * What most people would choose: their own language, and the way that shows no address.
 *
 * @param {Draft} draft is changed
 * @param {Published} published
 * @param {string[]} own languages the reader is likely to speak, best first
 * @param {CanUse} canUse
 */
export function chooseLikely( draft, published, own, canUse ) {
	draft.languages = own.filter( ( code ) => published.languages.has( code ) ).slice( 0, 1 );
	// Everybody sees what stands on a talk page: nobody gets that way unasked.
	const easy = published.channels.filter( ( channel ) => canUse( channel ) && !published.channelAddress.includes( channel ) && channel !== 'talk' );
	draft.channels = easy.includes( 'desk' ) ? [ 'desk' ] : easy.slice( 0, 1 );
}

/**
 * Take out what is no longer offered. Languages stay: one that nobody speaks can be asked for.
 *
 * @param {Draft} draft is changed
 * @param {Published} published
 * @param {CanUse} canUse
 */
export function dropUnoffered( draft, published, canUse ) {
	draft.topics = draft.topics.filter( ( topic ) => published.topics.has( topic ) );
	draft.prefer = draft.prefer.filter( ( background ) => published.backgrounds.has( background ) );
	draft.channels = draft.channels.filter( ( channel ) => published.channels.includes( channel ) && canUse( channel ) );
}
