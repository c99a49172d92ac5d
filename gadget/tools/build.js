/**
 * Write dist/ and print what each file weighs.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundle } from './bundle.js';
import { ROOT } from './root.js';

mkdirSync( join( ROOT, 'dist' ), { recursive: true } );
for ( const [ name, text ] of Object.entries( await bundle() ) ) {
	writeFileSync( join( ROOT, 'dist', name ), text );
	console.log( `${ name }: ${ Buffer.byteLength( text ) } bytes, ${ gzipSync( text, { level: 9 } ).length } gzipped` );
}
