<?php
/**
 * Settings of the sandbox wiki: a plain MediaWiki, moved towards Wikimedia's wikis wherever that
 * could matter to a requester, a supporter, or the bot.
 *
 * scripts/sandbox copies this file into var/sandbox/<port>/ and writes build.json beside it.
 */

if ( !defined( 'MEDIAWIKI' ) ) {
	exit;
}

$sandboxBuild = json_decode( file_get_contents( __DIR__ . '/build.json' ), true );
$sandboxPort = $sandboxBuild['port'];

// Who and where

$wgSitename = 'Peer wiki';
$wgMetaNamespace = 'Peer_wiki';
$wgServer = "http://127.0.0.1:$sandboxPort";
$wgScriptPath = '';
$wgLanguageCode = 'en';
$wgLocaltimezone = 'UTC';
$wgSecretKey = $sandboxBuild['secret_key'];
// Two sandboxes share a host, and so a browser's cookies; the port keeps their sessions apart.
$wgCookiePrefix = "peerwiki$sandboxPort";

// Store: one SQLite file each for the wiki, what it may forget, and its jobs, so that a write to
// one does not lock out the others.

$wgDBtype = 'sqlite';
$wgDBname = 'peerwiki';
$wgSQLiteDataDir = __DIR__ . '/data';
$sandboxFile = static fn ( string $name ): array => [
	'type' => 'sqlite',
	'dbname' => $name,
	'tablePrefix' => '',
	// Only a power cut could take back what was written, and a sandbox is made again.
	'variables' => [ 'synchronous' => 'OFF' ],
	'dbDirectory' => $wgSQLiteDataDir,
	'trxMode' => 'IMMEDIATE',
	'flags' => 0,
];
$wgDBservers = [ [ 'load' => 1, 'flags' => DBO_DEFAULT ] + $sandboxFile( $wgDBname ) ];
$wgObjectCaches[CACHE_DB] = [
	'class' => SqlBagOStuff::class,
	'loggroup' => 'SQLBagOStuff',
	'server' => $sandboxFile( 'wikicache' ),
];
$wgJobTypeConf['default'] = [
	'class' => 'JobQueueDB',
	'claimTTL' => 3600,
	'server' => $sandboxFile( 'peerwiki_jobqueue' ),
];
// In the database, because the server and the command line share no memory: a gadget's definition
// saved by one must be seen by the other.
$wgMainCacheType = CACHE_DB;
$wgSessionCacheType = CACHE_DB;
$wgResourceLoaderUseObjectCacheForDeps = true;
// A browser must see a gadget that was saved a second ago; elsewhere this is five minutes.
$wgResourceLoaderMaxage['unversioned'] = 0;
$wgLocalisationCacheConf['store'] = 'array';
$wgLocalisationCacheConf['storeDirectory'] = __DIR__ . '/l10n';
$wgCacheDirectory = __DIR__ . '/cache';
$wgTmpDirectory = __DIR__ . '/cache';
$wgUploadDirectory = __DIR__ . '/images';
$wgEnableUploads = false;
// Create this file (its text is the reason) to make the wiki read-only.
$wgReadOnlyFile = __DIR__ . '/read-only';

// One job at the end of a request, in the same process: Echo works, and the wiki calls nobody.
$wgJobRunRate = 1;
$wgRunJobsAsync = false;
$wgPingback = false;

// Mail: real Wikimail, over SMTP, to the mail catcher and nowhere else.

$wgEnableEmail = true;
$wgEnableUserEmail = true;
$wgEmailAuthentication = true;
$wgPasswordSender = 'noreply@peerwiki.example';
$wgNoReplyAddress = 'noreply@peerwiki.example';
$wgEmergencyContact = 'noreply@peerwiki.example';
$wgSMTP = [
	'host' => '127.0.0.1',
	'port' => $sandboxPort + 1,
	'auth' => false,
	'IDHost' => 'peerwiki.example',
];
// As on Wikimedia: people can mute a sender, and can refuse mail from newcomers.
$wgEnableUserEmailMuteList = true;
$wgEnableSpecialMute = true;
$wgEnotifUserTalk = true;
$wgEnotifWatchlist = false;

// Accounts and rights

// As on Wikimedia. Every account here is younger than that, so whatever works here works for a
// newcomer too: nothing may lean on autoconfirmed.
$wgAutoConfirmAge = 4 * 86400;
$wgAutoConfirmCount = 10;
// As on Wikimedia: who edits logged out gets a temporary account, which has a user id but neither
// sends nor receives Wikimail. Accounts that log in do not notice.
$wgAutoCreateTempUser['enabled'] = true;
// As on Wikimedia, and not in core. A bot password needs the `highvolume` grant besides.
$wgGroupPermissions['bot']['noratelimit'] = true;
$wgAllowUserJs = true;
$wgAllowUserCss = true;

// Limits. `sendemail` stays as in core: 20 a day for an account, 5 for one not autoconfirmed, which
// here is everybody but the bot and the administrators (on Wikimedia it is 20 a day over all wikis). The following
// would only get in the way of tests, which do a day's work within a minute and from one address.
foreach ( [ 'ip', 'newbie', 'user' ] as $sandboxWho ) {
	$wgRateLimits['edit'][$sandboxWho] = [ 1000, 60 ];
	$wgRateLimits['purge'][$sandboxWho] = [ 1000, 60 ];
	$wgRateLimits['linkpurge'][$sandboxWho] = [ 1000, 60 ];
	$wgRateLimits['stashedit'][$sandboxWho] = [ 1000, 60 ];
}
foreach ( [ 'newbie', 'user' ] as $sandboxWho ) {
	$wgRateLimits['move'][$sandboxWho] = [ 1000, 60 ];
	$wgRateLimits['rollback'][$sandboxWho] = [ 1000, 60 ];
}
$wgPasswordAttemptThrottle = [ [ 'count' => 10000, 'seconds' => 300 ] ];
$wgTempAccountCreationThrottle = [ [ 'count' => 10000, 'seconds' => 86400 ] ];
$wgTempAccountNameAcquisitionThrottle = [ [ 'count' => 10000, 'seconds' => 86400 ] ];

// Skins and extensions that a Wikimedia wiki has and the gadget or the bot meet. Extensions that
// send mail of their own accord (LoginNotify) are left out: the mailbox should show ours.

$wgDefaultSkin = 'vector-2022';
wfLoadSkins( [ 'MinervaNeue', 'MonoBook', 'Timeless', 'Vector' ] );
wfLoadExtensions( [
	'AbuseFilter',
	'Echo',
	'Gadgets',
	'InputBox',
	'ParserFunctions',
	'TemplateData',
] );

// For a test that needs the wiki to be different for a while. `scripts/sandbox reset` removes it.
if ( is_file( __DIR__ . '/override.php' ) ) {
	require __DIR__ . '/override.php';
}
