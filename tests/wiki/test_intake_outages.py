"""Dying in the middle, and being away for days: what was recorded stays, the rest is read."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from stage.asking import INTAKE
from stage.network import StagedNetwork
from tests.conftest import People
from tests.wiki.conftest import Worker

TIMES = {
    "page_keys": ("made_at", "expires_at"),
    "revisions": ("saved_at", "read_at"),
    "messages": ("recorded_at",),
}


STAMP = "%Y%m%d%H%M%S"


class KilledError(BaseException):
    """The process is killed: no handler of ours is to see it."""


def kill(*_args: object, **_more: object) -> None:
    """Die here."""
    raise KilledError


def let_pass(worker: Worker, network: StagedNetwork, hours: int) -> None:
    """Let time pass on the wiki and in the store: all that there is becomes older."""
    span = timedelta(hours=hours)
    with sqlite3.connect(network.sandbox.facts["database"], timeout=20) as wiki:
        for table, number, time in (
            ("revision", "rev_id", "rev_timestamp"),
            ("archive", "ar_id", "ar_timestamp"),
        ):
            rows = wiki.execute(f"select {number}, {time} from {table}").fetchall()  # noqa: S608
            for row, stamp in rows:
                then = datetime.strptime(str(stamp), STAMP).replace(tzinfo=UTC) - span
                change = f"update {table} set {time} = ? where {number} = ?"  # noqa: S608
                wiki.execute(change, (then.strftime(STAMP), row))
    wiki.close()
    with worker.network.store.engine.begin() as store:
        for table, columns in TIMES.items():
            for column in columns:
                store.exec_driver_sql(
                    f"update {table} set {column} = {column} - {int(span.total_seconds())}"  # noqa: S608
                )
        for name in ("read-until", "window-read"):
            then = datetime.fromisoformat(worker.setting(name)) - span
            store.exec_driver_sql(
                f"update settings set value = '{then.isoformat()}' where name = '{name}'"  # noqa: S608
            )


@pytest.mark.parametrize(
    "place",
    [
        "bot.store.intake.record_message",
        "bot.store.cases.take_in",
        "bot.store.marks.remember_request",
        "bot.steps.take_in._note_state",
        "bot.steps.take_in._alarm",
    ],
)
def test_killed_while_reading(
    worker: Worker, people: People, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Killed at any place, nothing is half recorded, and the next pass does what is left, once."""
    worker.do("take_in")
    before = worker.rows("select * from settings")
    people.ask("Rosa")
    people.ask("Ravi")
    with monkeypatch.context() as patched:
        patched.setattr(place, kill)
        with pytest.raises(KilledError):
            worker.do("take_in")
    assert worker.rows("select * from settings") == before
    assert worker.cases() == len(worker.outcomes()) == len(worker.told("receipt"))
    seen = worker.rows("select count(*) from revisions")[0][0]
    assert seen - 1 == worker.cases()
    worker.do("take_in")
    assert (worker.cases(), worker.outcomes()) == (2, ["request", "request"])
    assert len(worker.told("receipt")) == 2


def test_a_revision_that_we_fail_on(
    worker: Worker,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A fault of ours sets one revision aside and tells its id; mended, it is read."""
    from bot.steps.page_messages import PageMessages

    def fail(_self: PageMessages, _text: str) -> None:
        raise RuntimeError("MARKER-words")

    worker.do("take_in")
    revid = people["Ravi"].append(INTAKE, "\n{{Peer support request|languages=fr|message=x}}")
    people.ask("Rosa")
    with monkeypatch.context() as patched:
        patched.setattr(PageMessages, "plain", fail)
        worker.do("take_in")
        assert not worker.do("take_in")
    assert (worker.outcomes(), worker.told("unreadable")) == (["request"], [str(revid)])
    assert "RuntimeError" in caplog.text
    assert "MARKER" not in caplog.text
    worker.later(hours=1, minutes=1)
    worker.do("take_in")
    assert (worker.cases(), worker.told("unreadable")) == (2, [str(revid)])


def test_away_for_three_days(worker: Worker, people: People, network: StagedNetwork) -> None:
    """What was saved 70 hours ago is read before its key goes, whatever step comes first."""
    worker.do("take_in")
    people.ask("Rosa")
    let_pass(worker, network, hours=72)
    old = worker.rows("select id from page_keys")
    for step in ("rotate", "publish", "purge"):  # as a worker begins
        worker.do(step)
    worker.do("take_in")
    assert (worker.cases(), worker.outcomes()) == (1, ["request"])
    worker.do("rotate")
    left = worker.rows("select id from page_keys where wrapped is not null")
    assert old
    assert not set(old) & set(left)


def test_restored_while_we_were_away(
    worker: Worker, people: People, network: StagedNetwork
) -> None:
    """The window reaches back from where reading stood still, not from today."""
    people.ask("Rosa")
    people["Admin"].call(action="delete", title=INTAKE)
    people["Admin"].save(INTAKE, "Made anew")
    worker.do("take_in")
    assert worker.cases() == 0
    let_pass(worker, network, hours=72)
    people["Admin"].call(action="undelete", title=INTAKE)
    for step in ("rotate", "publish", "purge", "take_in"):
        worker.do(step)
    assert worker.cases() == 1


def test_old_revisions_are_forgotten(
    worker: Worker, people: People, network: StagedNetwork
) -> None:
    """After 60 hours only the newest is kept: the next look begins there, in one request."""
    people["Ravi"].append(INTAKE, "\n1")
    newest = people["Ravi"].append(INTAKE, "\n2")
    worker.do("take_in")
    let_pass(worker, network, hours=61)
    worker.do("take_in")
    worker.do("purge")
    assert worker.rows("select revid from revisions") == [(newest,)]
    assert worker.requests_of("take_in") == 1
    people.ask("Rosa")
    assert worker.requests_of("take_in") == 2
    assert worker.cases() == 1


def test_a_newest_revision_that_the_wiki_does_not_know(worker: Worker, people: People) -> None:
    """The wiki was put back to a backup: reading goes on by the time."""
    worker.do("take_in")
    with worker.network.store.engine.begin() as store:
        store.exec_driver_sql("update revisions set revid = 999999")
    people.ask("Rosa")
    worker.do("take_in")
    assert worker.cases() == 1


def test_the_first_look_begins_with_the_first_key(
    worker: Worker, people: People, network: StagedNetwork
) -> None:
    """What stood on the page before there was a key is not read."""
    people["Ravi"].append(INTAKE, "\nlong ago")
    old = people["Ravi"].page(INTAKE)["revid"]
    with sqlite3.connect(network.sandbox.facts["database"], timeout=20) as wiki:
        wiki.execute("update revision set rev_timestamp = '20260101000000'")
    wiki.close()
    with worker.network.store.engine.begin() as store:
        store.exec_driver_sql("delete from revisions")
        store.exec_driver_sql("delete from settings where name in ('read-until', 'window-read')")
    people.ask("Rosa")
    worker.do("take_in")
    assert (worker.cases(), worker.told("prose")) == (1, [])
    seen = {row[0] for row in worker.rows("select revid from revisions")}
    assert old not in seen
    assert len(seen) == 1
