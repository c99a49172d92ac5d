<?php

use MediaWiki\Auth\AuthManager;
use MediaWiki\Maintenance\Maintenance;
use MediaWiki\User\BotPassword;

/**
 * Makes the accounts described by JSON on standard input and answers with their user ids as JSON.
 *
 * One process for all of them: MediaWiki's own scripts take one account and one step a call.
 */
class CreateAccounts extends Maintenance {
	public function execute() {
		$ids = [];
		foreach ( json_decode( $this->getStdin( self::STDIN_ALL ), true ) as $name => $wanted ) {
			$ids[$name] = $this->createAccount( $name, $wanted );
		}
		$this->output( json_encode( $ids ) . "\n" );
	}

	private function createAccount( string $name, array $wanted ): int {
		$services = $this->getServiceContainer();
		$user = $services->getUserFactory()->newFromName( $name );
		if ( !$user->isRegistered() ) {
			$this->insist( $services->getAuthManager()->autoCreateUser(
				$user, AuthManager::AUTOCREATE_SOURCE_MAINT, false
			), $name );
		}
		// Groups first: the rules for passwords depend on them.
		$services->getUserGroupManager()->addUserToMultipleGroups( $user, $wanted['groups'] );
		$this->insist( $user->changeAuthenticationData( [
			'username' => $name,
			'password' => $wanted['password'],
			'retype' => $wanted['password'],
		] ), $name );
		$user->setEmail( $wanted['mail'] );
		if ( $wanted['mail_confirmed'] ) {
			$user->setEmailAuthenticationTimestamp( wfTimestampNow() );
		}
		$user->saveSettings();
		foreach ( $wanted['bot_passwords'] as $label => $botPassword ) {
			$this->insist( BotPassword::newUnsaved( [
				'username' => $name,
				'appId' => $label,
				'grants' => $botPassword['grants'],
			] )->save(
				'insert',
				$services->getPasswordFactory()->newFromPlaintext( $botPassword['secret'] )
			), "$name@$label" );
		}
		return $user->getId();
	}

	private function insist( StatusValue $status, string $about ): void {
		if ( !$status->isGood() ) {
			$this->error( $about );
			$this->fatalError( $status );
		}
	}
}

$maintClass = CreateAccounts::class;
