/**
 * What it costs to leave ways out: how many supporters are reached by the ways that were chosen, and how many by all.
 * Bands, never counts. Pure.
 */

/** @typedef {import('./types.js').Published} Published */
/** @typedef {'none'|'unknown'|import('./types.js').Band} Amount */
/** @typedef {{language: string, chosen: Amount, all: Amount}} Cost */

/** @type {Amount[]} */
const AMOUNTS = [ 'none', 'unknown', 'few', 'several', 'many' ];

/**
 * @param {Amount[]} amounts
 * @return {Amount} the greatest; the same people may use several ways, so bands are not added
 */
function most( amounts ) {
	return AMOUNTS[ Math.max( 0, ...amounts.map( ( amount ) => AMOUNTS.indexOf( amount ) ) ) ];
}

/**
 * @param {Published} published
 * @param {string} language
 * @param {string[]} channels
 * @return {Cost} where the page names no way of a language that somebody speaks: fewer than three use it, or nobody does
 */
function costOf( published, language, channels ) {
	const speak = published.languages.get( language );
	if ( !speak ) {
		return { language, chosen: 'none', all: 'none' };
	}
	const reach = published.reach.get( language );
	const by = ( /** @type {string} */ channel ) => reach && reach.get( channel ) || 'unknown';
	// Everybody who speaks it uses one way at least.
	const all = most( [ speak, ...published.channels.map( by ) ] );
	const everyWay = published.channels.every( ( channel ) => channels.includes( channel ) );
	return { language, chosen: everyWay ? all : most( channels.map( by ) ), all };
}

/**
 * @param {Published} published
 * @param {string[]} languages those chosen
 * @param {string[]} channels those chosen
 * @return {Cost[]} one for each language
 */
export function costs( published, languages, channels ) {
	return languages.map( ( language ) => costOf( published, language, channels ) );
}
