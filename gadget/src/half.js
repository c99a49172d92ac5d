/**
 * What is typed in a field and not yet added.
 */

/**
 * Take what is half typed in any field: it counts as added, whichever way its step was left.
 *
 * @param {import('./session.js').Session} session
 * @return {import('./types.js').Problem[]} what cannot be taken as it stands, and has to be asked about before
 *  anything is sent
 */
export function takeHalf( session ) {
	return session.published ? session.questions().flatMap( ( step ) => step.finish ? step.finish( session ) : [] ) : [];
}
