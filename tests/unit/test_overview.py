"""How the network stands, in numbers, and in nothing but numbers."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.casework import events as on
from bot.casework.roster import Supporter, SupporterStatus
from bot.config import load
from bot.network_state import SHUT_OFF
from bot.overview import Overview, look
from bot.request.request import EnvelopeOutcome
from bot.store import complaints, intake, outbox, roster
from bot.store.complaints import Decision
from bot.store.keyring import Keyring
from bot.store.store import HEARTBEAT, STATE, Store, create_store, open_store, put_setting
from tests.unit.store.samples import (
    ANA,
    BORIS,
    DAY,
    HOUR,
    NOW,
    ROSA,
    SOFIA,
    STORY,
    YES,
    new_case,
    offered,
    tell,
)

ROOT = Path(__file__).parents[2]
CONFIG = load(ROOT / "config" / "peer-support.example.yaml", {})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Make a new store."""
    url, keyring = f"sqlite:///{tmp_path}/peer-support.db", Keyring(bytes(range(32)))
    create_store(url, keyring)
    opened = open_store(url, keyring)
    yield opened
    opened.close()


def _look(store: Store, after: timedelta = timedelta()) -> Overview:
    with store.read() as tx:
        return look(tx, NOW + after, CONFIG)


def test_is_empty_at_first(store: Store) -> None:
    """A network where nothing happened yet is open, and everything in it is nought or unknown."""
    assert _look(store).plain() == {
        "state": "open",
        "log_in": "fine",
        "cases": {"waiting": 0, "offered": 0, "supported": 0, "closed": 0},
        "oldest_waiting_hours": None,
        "cases_past_due": 0,
        "complaints_undecided": 0,
        "new_cases": "asked about at once",
        "notices_dropped": 0,
        "supporters": {},
        "mails": {},
        "posts_in_24_hours": 0,
        "messages_read": {},
        "sign_ins": {"waiting": 0, "refused": 0, "dropped": 0},
        "last_round": None,
        "newest_key_hours": None,
        "offers_out": 0,
        "mails_left_today": 200,
        "mail_errors": {},
        "last_poll": None,
        "wiki_away_since": None,
        "set_aside": [],
        "alarms": [],
    }


def test_counts_what_there_is(store: Store) -> None:
    """Rosa waits, Sofia is supported; two supporters, a mail, a key and a message are counted."""
    with store.write() as tx:
        new_case(tx, "AAAAAAAA", ROSA, now=NOW - 5 * HOUR)
        taken = new_case(tx, "BBBBBBBB", SOFIA, notify=False)
        tell(tx, taken, *offered(ANA), YES)
        roster.put(tx, Supporter(user_id=ANA, name="Ana", languages=("es",)), NOW)
        roster.put(
            tx,
            Supporter(
                user_id=BORIS, name="Boris", languages=("bg",), status=SupporterStatus.PAUSED
            ),
            NOW,
        )
        row = outbox.queued(tx, NOW, 1)[0]
        outbox.claim(tx, row.id, NOW)
        intake.put_key(tx, "k1", b"p", b"private", made_at=NOW - 3 * HOUR, expires_at=NOW + DAY)
        intake.put_key(tx, "k2", b"p", b"private", made_at=NOW - HOUR, expires_at=NOW + DAY)
        intake.destroy_key(tx, "k2", NOW)
        intake.record_message(
            tx,
            revid=1,
            place=0,
            sealed=False,
            digest=None,
            key_id=None,
            outcome=EnvelopeOutcome.REQUEST,
            reason="request",
            now=NOW,
        )
        put_setting(tx, HEARTBEAT, NOW.isoformat())
    seen = _look(store)
    assert seen.cases == {"waiting": 1, "offered": 0, "supported": 1, "closed": 0}
    assert seen.oldest_waiting_hours == 5
    assert seen.supporters == {"active": 1, "paused": 1}
    assert seen.mails == {"posting": 1, "queued": 2}
    assert seen.posts_in_24_hours == 1
    assert seen.messages_read == {"request": 1}
    assert seen.newest_key_hours == 3
    assert seen.last_round == NOW.isoformat()


def test_tells_of_cases_that_nobody_follows_up(store: Store) -> None:
    """A case an hour past its time says that the worker does not work; a closed one never does."""
    with store.write() as tx:
        new_case(tx, "AAAAAAAA")
        over = new_case(tx, "BBBBBBBB", SOFIA)
        tell(tx, over, on.Withdrawn())
    assert _look(store, 49 * HOUR).cases_past_due == 0
    assert _look(store, 50 * HOUR).cases_past_due == 1
    assert _look(store, 50 * HOUR).oldest_waiting_hours == 50


def test_counts_what_waits_for_a_coordinator(store: Store) -> None:
    """Two complaints wait until each is decided."""
    with store.write() as tx:
        case_id = new_case(tx)
        tell(tx, case_id, *offered(ANA), YES)
        tell(tx, case_id, *(on.Complained(by) for by in (on.Side.REQUESTER, on.Side.SUPPORTER)))
    assert _look(store).complaints_undecided == 2
    with store.write() as tx:
        first = complaints.undecided(tx)[0]
        complaints.decide(tx, first.id, Decision.NOTHING, NOW)
    assert _look(store).complaints_undecided == 1


def test_says_who_stopped_it(store: Store) -> None:
    """A pause is told as such, and the wiki's own switch before it."""
    with store.write() as tx:
        put_setting(tx, STATE, "paused")
    assert _look(store).state == "paused"
    with store.write() as tx:
        put_setting(tx, SHUT_OFF, "yes")
    assert _look(store).state == "stopped on the wiki"


def test_names_nobody(store: Store) -> None:
    """What `status --json` prints holds no name, no user id, no reference and no word."""
    with store.write() as tx:
        case_id = new_case(tx)
        tell(tx, case_id, *offered(ANA), YES)
        roster.put(tx, Supporter(user_id=ANA, name="Ana", languages=("es",)), NOW)
    printed = json.dumps(_look(store).plain())
    for private in (ROSA.name, "Ana", "K7QF9M2D", str(ROSA.user_id), STORY.message, "heron"):
        assert private not in printed
