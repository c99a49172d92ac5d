/**
 * Write dist/ and print what each file weighs.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundle } from './bundle.js';
import { LANGUAGES } from '../src/languages.js';
import { ROOT } from './root.js';

mkdirSync( join( ROOT, 'dist' ), { recursive: true } );
const weights = {};
for ( const [ name, text ] of Object.entries( await bundle() ) ) {
	writeFileSync( join( ROOT, 'dist', name ), text );
	weights[ name ] = gzipSync( text, { level: 9 } ).length;
	console.log( `${ name }: ${ Buffer.byteLength( text ) } bytes, ${ weights[ name ] } gzipped` );
}
const code = weights[ 'peer-support-dialog.js' ] + weights[ 'peer-support-dialog.css' ];
console.log( 'every page view: ' + weights[ 'peer-support.js' ] + ' bytes gzipped' );
for ( const language of LANGUAGES ) {
	console.log( `a first opening in ${ language }: ${ code + weights[ `peer-support-words-${ language }.js` ] } bytes gzipped, beside the wiki's own modules (the browser test prints all)` );
}
