"""A wiki that is one of a farm: locked, and blocked on all of its wikis.

What CentralAuth and GlobalBlocking answer is played by two small modules in the real wiki, in the
shapes of the extensions' own: no package of MediaWiki has those.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stage.mailbox import Mailbox
from stage.sandbox import Sandbox
from tests.conftest import People
from tests.wiki.conftest import Worker

FARM = r"""<?php
use MediaWiki\Api\ApiQueryBase;
use Wikimedia\ParamValidator\ParamValidator;

function farmState(): array {
	return json_decode( file_get_contents( __DIR__ . '/farm.json' ), true );
}

class FarmUser extends ApiQueryBase {
	public function execute() {
		$name = $this->extractRequestParams()['user'];
		$data = [ 'home' => 'peerwiki', 'id' => 1, 'name' => $name ];
		if ( in_array( $name, farmState()['locked'] ) ) {
			$data['locked'] = true;
		}
		$this->getResult()->addValue( 'query', $this->getModuleName(), $data );
	}

	public function getAllowedParams() {
		return [ 'user' => null ];
	}
}

class FarmBlocks extends ApiQueryBase {
	public function execute() {
		$data = [];
		$state = farmState();
		foreach ( $this->extractRequestParams()['targets'] as $name ) {
			if ( in_array( $name, $state['unknown'] ) ) {
				$this->dieWithError( [ 'rawmessage', 'unknown' ], 'nosuchuser' );
			}
			if ( in_array( $name, $state['blocked'] ) ) {
				$data[] = [ 'target' => $name ];
			}
		}
		$this->getResult()->setIndexedTagName( $data, 'block' );
		$this->getResult()->addValue( 'query', $this->getModuleName(), $data );
	}

	public function getAllowedParams() {
		return [
			'targets' => [ ParamValidator::PARAM_ISMULTI => true ],
			'prop' => [ ParamValidator::PARAM_ISMULTI => true ],
			'limit' => [ ParamValidator::PARAM_TYPE => 'integer' ],
		];
	}
}

$wgAPIMetaModules['globaluserinfo'] = [
	'class' => FarmUser::class,
	'factory' => static fn ( $query, $name ) => new FarmUser( $query, $name, 'gui' ),
];
$wgAPIListModules['globalblocks'] = [
	'class' => FarmBlocks::class,
	'factory' => static fn ( $query, $name ) => new FarmBlocks( $query, $name, 'bg' ),
];
$wgExtensionCredits['other'][] = [ 'name' => 'CentralAuth', 'path' => __FILE__ ];
$wgExtensionCredits['other'][] = [ 'name' => 'GlobalBlocking', 'path' => __FILE__ ];
// No mail reaches a locked account.
$wgHooks['EmailConfirmed'][] = static function ( $user, &$confirmed ) {
	if ( in_array( $user->getName(), farmState()['locked'] ) ) {
		$confirmed = false;
		return false;
	}
	return true;
};
"""

Farm = Callable[..., None]


@pytest.fixture
def farm(sandbox: Sandbox) -> Iterator[Farm]:
    """Make the wiki one of a farm; called, it says who is locked, blocked or unknown there."""
    override = Path(sandbox.facts["override"])
    state = override.with_name("farm.json")

    def say(**who: list[str]) -> None:
        state.write_text(json.dumps({"locked": [], "blocked": [], "unknown": []} | who))

    say()
    override.write_text(FARM)
    yield say
    override.unlink()
    state.unlink()


def offered(worker: Worker) -> list[tuple[int, str]]:
    """Give the offers of all cases: to whom, and how each stands."""
    return [(row[0], row[1]) for row in worker.rows("select supporter, state from offers")]


def test_a_farm_is_known_and_its_blocks_are_seen(
    farm: Farm, worker: Worker, sandbox: Sandbox
) -> None:
    """Which extensions there are comes along; a name that the farm does not know hides nobody."""
    ids = {name: sandbox.user_id(name) for name in ("Salma", "Samir", "Sven", "Rosa")}
    farm(locked=["Salma"], blocked=["Samir"], unknown=["Sven"])
    people = worker.network.people
    people.forget()
    found = people.by_id(ids.values())
    blocked = {name for name, user_id in ids.items() if found[user_id].blocked}
    assert blocked == {"Salma", "Samir"}


def test_who_is_blocked_on_all_wikis_is_not_asked_and_asks_nothing(
    farm: Farm, worker: Worker, people: People, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    """Both ways, as with a block of the wiki's own."""
    farm(blocked=["Salma"])
    people.ask("Rosa", languages=["de"])
    worker.once()
    assert sandbox.user_id("Salma") not in [one for one, _ in offered(worker)]
    assert mailbox.to("Salma") == []
    farm(blocked=["Ravi"])
    people.ask("Ravi", languages=["de"])
    worker.network.people.forget()
    worker.once()
    assert worker.cases() == 1
    assert worker.outcomes()[-1] == "refused"


def test_who_is_locked_parts_from_what_they_were_asked(
    farm: Farm, worker: Worker, people: People, sandbox: Sandbox
) -> None:
    """Within five minutes, and the case looks for the next."""
    people.ask("Rosa", languages=["de"])
    worker.once()
    salma = sandbox.user_id("Salma")
    assert (salma, "sent") in offered(worker)
    farm(locked=["Salma"])
    worker.network.people.forget()
    worker.later(minutes=5)
    assert worker.do("relieve")
    assert (salma, "declined") in offered(worker)
