/**
 * What it costs to leave ways out: how many supporters are reached by the ways that were chosen, and how many by all.
 * Bands, never counts. Pure.
 */

/** @typedef {import('./types.js').Published} Published */
/** @typedef {'none'|import('./types.js').Band} Amount */
/** @typedef {{language: string, chosen: Amount, all: Amount}} Cost */

/** @type {Amount[]} */
const AMOUNTS = [ 'none', 'few', 'several', 'many' ];

/**
 * @param {Map<string, import('./types.js').Band>|undefined} reach channel → band, of one language
 * @param {string[]} channels
 * @return {Amount} of the channel that reaches most; the same people may use several, so bands are not added
 */
function best( reach, channels ) {
	return AMOUNTS[ Math.max( 0, ...channels.map( ( channel ) => AMOUNTS.indexOf( reach && reach.get( channel ) || 'none' ) ) ) ];
}

/**
 * @param {Published} published
 * @param {string[]} languages those chosen
 * @param {string[]} channels those chosen
 * @return {Cost[]} one for each language that something is known about
 */
export function costs( published, languages, channels ) {
	return languages
		// A language of which no reach is published, though somebody speaks it, is left out: nothing is known.
		.filter( ( language ) => published.reach.has( language ) || !published.languages.has( language ) )
		.map( ( language ) => {
			const reach = published.reach.get( language );
			return { language, chosen: best( reach, channels ), all: best( reach, published.channels ) };
		} );
}
