/**
 * Build the gadgets in memory: `dist/` is exactly this, and a test compares.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { LANGUAGES } from '../src/languages.js';
import { ROOT } from './root.js';

/**
 * Take the messages that a bundle uses, without what is for translators.
 *
 * @param {(key: string) => boolean} wanted
 * @return {import('esbuild').Plugin}
 */
const messages = ( wanted ) => ( {
	name: 'messages',
	setup( esbuild ) {
		esbuild.onLoad( { filter: /[\\/]i18n[\\/][a-z-]+\.json$/ }, ( { path } ) => {
			const all = Object.entries( JSON.parse( readFileSync( path, 'utf8' ) ) );
			const kept = all.filter( ( [ key ] ) => key !== '@metadata' && wanted( key ) );
			return { contents: JSON.stringify( Object.fromEntries( kept ) ), loader: 'json' };
		} );
	}
} );

const isEntry = ( key ) => key.startsWith( 'peer-support-entry-' );

/**
 * @param {string} from below src/
 * @param {string} to below dist/
 * @param {(key: string) => boolean} wanted messages
 * @param {boolean} wrapped nothing is exported
 * @return {Promise<[string, string]>}
 */
async function script( from, to, wanted, wrapped ) {
	const made = await build( {
		absWorkingDir: ROOT,
		entryPoints: [ join( 'src', from ) ],
		bundle: true,
		write: false,
		format: 'cjs',
		platform: 'browser',
		// What ResourceLoader 1.43 accepts.
		target: 'es2016',
		charset: 'utf8',
		minify: true,
		legalComments: 'none',
		external: [ './peer-support-config.js' ],
		plugins: [ messages( wanted ) ],
		banner: { js: '/* Built from gadget/src of the peer support software (MIT licence); do not edit here.' + ( wrapped ? '' : ' Contains hpke by Filip Skokan (MIT licence).' ) + ' */\n/* <nowiki> */' },
		footer: { js: '/* </nowiki> */' }
	} );
	return [ to, made.outputFiles[ 0 ].text ];
}

/**
 * The words of one language, English ones where it lacks some: the browser needs no other language for them.
 *
 * @param {string} language
 * @return {[string, string]}
 */
function words( language ) {
	const read = ( code ) => JSON.parse( readFileSync( join( ROOT, 'i18n', code + '.json' ), 'utf8' ) );
	const all = Object.entries( { ...read( 'en' ), ...read( language ) } ).filter( ( [ key ] ) => key !== '@metadata' && !isEntry( key ) );
	const lines = JSON.stringify( Object.fromEntries( all ), null, '\t' );
	return [ `peer-support-words-${ language }.js`, `/* Built from gadget/i18n of the peer support software (MIT licence); do not edit here. */\n/* <nowiki> */\nmw.messages.set( ${ lines } );\n/* </nowiki> */\n` ];
}

/** @return {Promise<Object<string, string>>} file below dist/ → its text */
export async function bundle() {
	return Object.fromEntries( [
		await script( 'entry.js', 'peer-support.js', isEntry, true ),
		await script( 'main.js', 'peer-support-dialog.js', () => false, false ),
		...LANGUAGES.map( words ),
		[ 'peer-support-dialog.css', readFileSync( join( ROOT, 'src', 'dialog.css' ), 'utf8' ) ]
	] );
}
