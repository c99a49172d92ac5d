"""What `check` tells at once: one line for each cause, the first to mend first, and a count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import app
from bot.checks import Check, Verdict, by_cause, first, run, totals
from bot.checks.check import Cause
from bot.cli.main import cli
from bot.config import load
from bot.network_state import DONE, ENDING
from bot.store.store import open_store, put_setting

OK = Check("store", Verdict.PASSED, "fine")
DESK = Check("desk", Verdict.FAILED, "nothing answers", "Start the desk.")
KEYS = Check("key page", Verdict.FAILED, "User:B does not exist", "x", Cause.PUBLISH)
INTAKE = Check("intake page", Verdict.FAILED, "P does not exist", "y", Cause.PUBLISH)
GADGET = [
    Check(f"gadget {n}", Verdict.FAILED, f"M:{n} does not exist", "z", Cause.PUBLISH_AS)
    for n in range(28)
]
CODE = Check("code", Verdict.NOT_TRIED, "none is there", "Publish first.", Cause.PUBLISH)
ROSTER = Check("supporters", Verdict.FAILED, "0 of 0", "Import a roster.")
POST = Check("test post", Verdict.NOT_TRIED, "whether", "check --post-as")
NEW = [OK, DESK, INTAKE, KEYS, *GADGET, CODE, ROSTER, POST]


def test_nothing_published_is_one_line_and_the_first_thing_to_do() -> None:
    """Thirty pages that are not there are one cause, before the roster, before the desk."""
    causes = by_cause(NEW)
    assert [one.name for one in causes] == [
        "pages to publish",
        "supporters",
        "desk",
        "test post",
    ]
    assert causes[0].found.startswith("30 not on the wiki as in this release: intake page, key")
    assert causes[0].found.endswith("and 28 more")
    assert first(causes).startswith("Run `peer-support publish`.")
    assert totals(NEW, causes) == "1 ok, 32 to mend for 3 causes, 1 not tried."


def test_only_the_gadget() -> None:
    """What the bot may save is there: somebody else is asked, and the bot's part not named."""
    causes = by_cause([OK, *GADGET])
    assert [one.name for one in causes] == ["pages of the gadget"]
    assert "interface administrator" in first(causes)
    assert totals([OK, *GADGET], causes) == "1 ok, 28 to mend for one cause."


def test_one_place_is_told_as_it_is() -> None:
    """Whoever has one thing to mend reads what was found, and where."""
    assert by_cause([OK, GADGET[3]]) == [GADGET[3]]
    assert totals([OK, GADGET[3]], [GADGET[3]]) == "1 ok, 1 to mend."


def test_all_is_well() -> None:
    """Nothing to mend, and nothing to do first."""
    assert by_cause([OK, OK]) == []
    assert (first([]), totals([OK, OK], [])) == ("", "2 ok.")


def test_what_comes_after_the_store_is_one_line() -> None:
    """Two checks that wait for the same thing."""
    after = [Check(name, Verdict.NOT_TRIED, "after the store") for name in ("a", "b")]
    assert [one.name for one in by_cause(after)] == ["a, b"]


Run = Callable[..., Result]


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Give the command line of a network whose desk and wiki are not asked."""
    for name in ("PEER_SUPPORT_SECRET", "PEER_SUPPORT_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "config" / "peer-support.yaml"
    file.parent.mkdir()
    file.write_text('wiki: {intake: "Project:X"}\ncoordinators: [Coral]\n')
    monkeypatch.setattr("bot.checks.desk.look", lambda *_asked: [DESK])
    monkeypatch.setattr(run, "_on_wiki", lambda *_found, **_how: iter(NEW[2:]))

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["--config", str(file), *arguments])

    assert call("init").exit_code == 0
    yield call


def test_people_read_causes_and_programs_everything(checked: Run) -> None:
    """A new network in few lines, the last of which counts; --all and --json have each place."""
    said = checked("check").output
    assert len(said.splitlines()) < 25
    assert " ".join(said.split("\n\n")[-1].split()).startswith("4 ok, 32 to mend for 3 causes, 1")
    assert "First: Run `peer-support publish`." in " ".join(said.split())
    assert "gadget 17" not in said
    for option in ("--all", "--verbose", "--json"):
        assert "gadget 17" in checked("check", option).output


def test_a_store_that_is_not_where_it_was(checked: Run, tmp_path: Path) -> None:
    """It may be a missing disk: that and `restore` are named before a new one; `init` warns."""
    for file in (tmp_path / "var").iterdir():
        file.unlink()
    said = " ".join(checked("check").output.split())
    assert said.index("disk or share may be missing") < said.index("store restore FILE")
    assert said.index("store restore FILE") < said.index("make it with `peer-support init`")
    again = " ".join(checked("init").output.split())
    assert "its master secret is older" in again
    assert "store restore FILE" in again
    assert "older" not in checked("init").output


@pytest.mark.parametrize("how", ["begun", DONE])
def test_after_the_end_nothing_is_advised_that_begins_it_anew(
    checked: Run, tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither publish nor a roster nor a worker; while it is being ended, to go on with that."""
    file = tmp_path / "config" / "peer-support.yaml"
    store = open_store(load(file, {}).database_url, app.open_keyring(file, {}))
    with store.write() as tx:
        put_setting(tx, ENDING, how)
    store.close()
    asked: list[bool] = []

    def on_wiki(*_found: Any, is_ending: bool) -> Iterator[Check]:
        asked.append(is_ending)
        yield from ()

    monkeypatch.setattr(run, "_on_wiki", on_wiki)
    monkeypatch.setattr("bot.checks.desk.look", lambda *_asked: [])
    said = checked("check").output
    assert asked == ([True] if how == "begun" else [])
    assert ("has ended" in said) == (how == DONE)
    for word in ("peer-support publish", "roster import", "peer-support run"):
        assert word not in said
    for listing in (("roster", "list"), ("keys", "list")):
        assert "peer-support" not in checked(*listing).output


STORES = [
    Check("store", Verdict.FAILED, "There is no store here.", "Mount it.", Cause.STORE),
    Check("lost store", Verdict.FAILED, "there was one", "Look for it.", Cause.STORE),
]
AFTER = [
    Check(name, Verdict.NOT_TRIED, "it comes after the store", cause=Cause.STORE)
    for name in ("key page", "supporters")
]


def test_a_lost_store_is_one_line() -> None:
    """Neither what the wiki tells of it, nor what comes after it, is a second thing to mend."""
    causes = by_cause([OK, *STORES, *AFTER])
    assert [(one.name, one.mend) for one in causes] == [("store", "Look for it.")]
    assert totals([OK, *STORES, *AFTER], causes) == "1 ok, 2 to mend for one cause."
    assert [one.name for one in by_cause([OK, STORES[0], *AFTER])] == ["store"]


def test_a_store_out_of_reach_is_one_line() -> None:
    """The same for a server that is gone."""
    gone = Check("store", Verdict.OUT_OF_REACH, "not reached", "Look at it.", Cause.STORE)
    causes = by_cause([OK, gone, *AFTER])
    assert causes == [gone]
    assert totals([OK, gone, *AFTER], causes) == "1 ok, 1 to mend."


ANYTHING = [
    *NEW,
    *STORES,
    *AFTER,
    *(Check(f"page {n}", Verdict.WARNED, "is not protected", "Ask.") for n in range(3)),
    *(Check(f"s{n}", Verdict.WARNED, "has no mail", "Speak.", Cause.SUPPORTERS) for n in range(4)),
    Check("wiki", Verdict.OUT_OF_REACH, "is away", "Wait."),
    *(Check(name, Verdict.NOT_TRIED, "after the store") for name in ("a", "b")),
]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(ANYTHING), max_size=40), st.booleans())
def test_the_count_agrees_with_the_lines(found: list[Check], everything: bool) -> None:
    """Whatever was found: as many lines of each kind are shown as the last line counts."""
    shown = [one for one in found if one.verdict is not Verdict.PASSED]
    shown = shown if everything else by_cause(found)
    said = totals(found, shown)
    lines = Counter(one.verdict for one in shown)
    for words, verdict in (("to think of", Verdict.WARNED), ("not tried", Verdict.NOT_TRIED)):
        counted = re.search(rf"(\d+) {words}", said)
        assert int(counted[1] if counted else 0) == lines[verdict]
    to_mend = re.search(r"(\d+) to mend(?: for (\d+|one) causes?)?", said)
    causes = 0 if to_mend is None else int((to_mend[2] or to_mend[1]).replace("one", "1"))
    assert causes == lines[Verdict.FAILED] + lines[Verdict.OUT_OF_REACH]
