/**
 * Write N sealed requests of random content as JSON to standard output, for another implementation to open:
 * node tests/seal-random.mjs 500 PUBLIC_KEY_BASE64URL [WIKI]
 */
import { randomBytes, randomInt } from 'node:crypto';
import { seal } from '../src/envelope.js';
import { buildPayload, drawIdentity } from '../src/payload.js';
import { toBase64url } from '../src/base64url.js';

const [ count, publicKey, wiki = 'peerwiki' ] = process.argv.slice( 2 );
const SCRIPTS = [ [ 0x20, 0x7e ], [ 0x400, 0x4ff ], [ 0x620, 0x64a ], [ 0x905, 0x939 ], [ 0x4e00, 0x9fff ], [ 0x1f300, 0x1f5ff ] ];

const text = ( most ) => {
	const [ from, to ] = SCRIPTS[ randomInt( SCRIPTS.length ) ];
	return Array.from( { length: randomInt( most + 1 ) }, () => String.fromCodePoint( randomInt( from, to + 1 ) ) ).join( '' );
};
const some = ( values ) => values.filter( () => randomInt( 2 ) );

const made = [];
while ( made.length < Number( count ) ) {
	const userId = randomInt( 1, 2 ** 31 );
	const key = { id: 'k' + randomInt( 16 ** 5 ).toString( 16 ), public: publicKey, expires: '2100-01-01T00:00:00Z' };
	const payload = buildPayload( {
		languages: [ 'en', ...some( [ 'de', 'ar', 'zh-hans', 'pt-br' ] ) ],
		topics: some( [ 'harassment', 'doxing', 'other' ] ),
		channels: [ 'desk', ...some( [ 'signal', 'email' ] ) ],
		contact: { signal: text( 40 ) + '1', email: text( 40 ) + '1' },
		message: text( 700 ),
		avoid: some( [ text( 20 ) + 'A', text( 20 ) + 'B' ] ),
		prefer: [],
		notify: !!randomInt( 2 )
	}, drawIdentity( ( bytes ) => new Uint8Array( randomBytes( bytes ) ) ), { locale: 'en', emailable: true } );
	const sealed = await seal( payload, { key, wiki, userId } );
	made.push( { key: key.id, wiki, author_user_id: userId, sealed: toBase64url( sealed ), payload } );
}
process.stdout.write( JSON.stringify( made ) + '\n' );
