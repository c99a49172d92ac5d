/**
 * Languages that somebody may ask for though nobody speaks them yet. Their names come from the browser, in the
 * reader's language and in their own.
 */
import { languageName, ownName } from './language-names.js';

/** Codes as MediaWiki writes them: those of the wikis that exist. */
const CODES = ( 'aa ab ace ady af ak als am an ang ar arc arz as ast av awa ay az azb ba ban bar bcl be be-tarask bg bh bi bjn blk bm bn bo bpy br bs bug bxr ' +
	'ca cdo ce ceb ch chr chy ckb co cr crh cs csb cu cv cy da dag de din diq dsb dtp dty dv dz ee el eml en eo es et eu ext fa fat ff fi fj fo fon fr frp frr fur fy ' +
	'ga gag gan gcr gd gl glk gn gom gor got gpe gsw gu guc gur guw gv ha hak haw he hi hif hr hsb ht hu hy hyw hz ia id ie ig igl ik ilo inh io is it iu ja jam jbo jv ' +
	'ka kaa kab kbd kbp kcg kg ki kk kl km kn ko koi krc ks ksh ku kus kv kw ky la lad lb lbe lez lfn lg li lij lld lmo ln lo lt ltg lv mad mai map-bms mdf mg mhr mi min mk ml mn ' +
	'mni mnw mos mr mrj ms mt mwl my myv mzn na nah nap nb nds nds-nl ne new nia nl nn nov nqo nrm nso nv ny oc olo om or os pa pag pam pap pcd pcm pdc pfl pi pl pms pnb pnt ps pt pt-br pwn ' +
	'qu rm rmy rn ro roa-tara ru rue rup rw sa sah sat sc scn sco sd se sg sgs sh shi shn si sk skr sl sm smn sn so sq sr srn ss st stq su sv sw szl szy ta tay tcy tdd te tet tg th ti tk tl tly tn to ' +
	'tpi tr trv ts tt tum tw ty tyv udm ug uk ur uz ve vec vep vi vls vo vro wa war wo wuu xal xh xmf yi yo yue za zea zgh zh zh-hans zh-hant zu' ).split( ' ' );

/**
 * @param {string} text
 * @return {string} for comparing what people type
 */
const plain = ( text ) => text.normalize( 'NFKD' ).replace( /[\u0300-\u036f]/g, '' ).toLowerCase().trim();

/** @typedef {{code: string, name: string, own: string}} Named */

/**
 * @param {string[]} chain languages of the reader
 * @param {string[]} offered further codes, those of the network
 * @return {Named[]} by name; without those that the browser has no name for
 */
export function knownLanguages( chain, offered ) {
	return Array.from( new Set( [ ...offered, ...CODES ] ) )
		.map( ( code ) => ( { code, name: languageName( code, chain ), own: ownName( code ) } ) )
		.filter( ( { code, name } ) => name !== code || offered.includes( code ) )
		.sort( ( a, b ) => a.name.localeCompare( b.name ) );
}

/**
 * @param {string} typed a name in the reader's language, in its own, or a code
 * @param {Named[]} known
 * @return {string} the code; empty when nothing fits, or several do
 */
export function findLanguage( typed, known ) {
	const wanted = plain( typed );
	if ( !wanted ) {
		return '';
	}
	const exact = known.find( ( { code, name, own } ) => [ code, name, own, name + ' – ' + own ].some( ( each ) => plain( each ) === wanted ) );
	if ( exact ) {
		return exact.code;
	}
	const begun = known.filter( ( { name, own } ) => [ name, own ].some( ( each ) => each && plain( each ).startsWith( wanted ) ) );
	return begun.length === 1 ? begun[ 0 ].code : '';
}
