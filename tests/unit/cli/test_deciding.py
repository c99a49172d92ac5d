"""Deciding from the command line: the same decisions as at the desk, and no requester's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bot.casework import events as on
from bot.casework.events import Side
from bot.casework.roster import Supporter, SupporterStatus
from bot.casework.states import Outcome, State
from bot.store import complaints, marks, roster
from bot.store.keyring import Keyring, write_new_secret
from bot.store.store import Store, create_store, open_store
from tests.unit.store.samples import (
    ANA,
    BORIS,
    CHIDI,
    NOW,
    ROSA,
    YES,
    case_of,
    new_case,
    offered,
    tell,
)

# `bot.cli.main` is also the name of the function in it.
command_line: Any = import_module("bot.cli.main")
REF = "K7QF-9M2D"
PRIVATE = (ROSA.name, str(ROSA.user_id), "follow me")


@dataclass
class Shell:
    """Somebody at a shell of the server."""

    store: Store
    config: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run a command, and give what it said; nothing of the requester's is ever in it."""
        command = ["peer-support", "--config", str(self.config), *arguments]
        self.monkeypatch.setattr("sys.argv", command)
        with pytest.raises(SystemExit) as end:
            command_line.main()
        said = self.capsys.readouterr()
        text = said.out + said.err
        assert end.value.code == code, text
        assert not [private for private in PRIVATE if private in text]
        assert (said.err == "") == (code == 0)
        return " ".join(text.split())

    def refused(self, *arguments: str) -> str:
        """Run a command that is refused, with words on how to mend it, and changes nothing."""
        before = self.rows()
        said = self.run(*arguments, code=2)
        assert self.rows() == before
        return said

    def rows(self) -> list[str]:
        """Give everything in the store."""
        with self.store.read() as tx:
            driver: Any = tx.connection.connection.driver_connection
            return list(driver.iterdump())


@pytest.fixture
def shell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shell]:
    """Give a network with three supporters, of whom Ana supports Rosa."""
    monkeypatch.delenv("PEER_SUPPORT_SECRET", raising=False)
    monkeypatch.delenv("PEER_SUPPORT_DATABASE", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    file = tmp_path / "config" / "peer-support.yaml"
    file.parent.mkdir()
    database = f"sqlite:///{tmp_path}/peer-support.db"
    file.write_text(
        f'wiki: {{intake: "Project:Intake"}}\ncoordinators: [Coral]\ndatabase: "{database}"\n'
    )
    from bot import app

    write_new_secret(app.secret_path(file))
    keyring: Keyring = app.open_keyring(file, {})
    create_store(database, keyring)
    store = open_store(database, keyring)
    with store.write() as tx:
        for user_id, name in ((ANA, "Ana"), (BORIS, "Boris the Bold"), (CHIDI, "Chidi")):
            roster.put(tx, Supporter(user_id=user_id, name=name, languages=("es",)), NOW)
        case_id = new_case(tx)
        tell(tx, case_id, *offered(ANA), YES)
    yield Shell(store, file, capsys, monkeypatch)
    store.close()


class TestOffer:
    """`cases offer REF USER`."""

    def test_asks_whom_was_chosen(self, shell: Shell) -> None:
        """By name, as people type it; the case waits for their answer."""
        assert "Asked" in shell.run("cases", "offer", "k7qf-9m2d", "chidi")
        case = case_of(shell.store, 1)
        assert case.state is State.OFFERED
        assert [offer.supporter for offer in case.live_offers] == [CHIDI]

    def test_refuses_in_one_way(self, shell: Shell) -> None:
        """Whom Rosa avoids, who had it, who is paused: the same words."""
        with shell.store.write() as tx:
            paused = Supporter(
                user_id=20, name="Paused", languages=("es",), status=SupporterStatus.PAUSED
            )
            roster.put(tx, paused, NOW)
        said = {shell.refused("cases", "offer", REF, who) for who in ("Boris the Bold", "Ana")}
        said.add(shell.refused("cases", "offer", REF, "Paused"))
        assert len(said) == 1
        assert "This person can not be asked about this case." in said.pop()

    def test_another_language_has_to_be_said(self, shell: Shell) -> None:
        """Somebody who speaks none of the languages is asked on purpose only."""
        with shell.store.write() as tx:
            roster.put(tx, Supporter(user_id=21, name="Fanny", languages=("fr",)), NOW)
        shell.refused("cases", "offer", REF, "Fanny")
        shell.run("cases", "offer", REF, "Fanny", "--any-language")

    def test_says_who_and_what_is_unknown(self, shell: Shell) -> None:
        """No such supporter; no such case; a case that has ended."""
        assert "No supporter has this name." in shell.refused("cases", "offer", REF, "Nobody")
        assert "no case" in shell.refused("cases", "offer", "AAAA-AAAA", "Chidi")
        shell.run("cases", "close", REF)
        assert "has ended already" in shell.refused("cases", "offer", REF, "Chidi")


class TestClose:
    """`cases close REF`."""

    def test_ends_it(self, shell: Shell) -> None:
        """Closed, as helped since it was supported; once."""
        assert shell.run("cases", "close", REF) == "Closed."
        assert case_of(shell.store, 1).outcome is Outcome.HELPED
        assert "has ended already" in shell.refused("cases", "close", REF)

    @pytest.mark.parametrize("bar", [True, False])
    def test_as_misuse(self, shell: Shell, bar: bool) -> None:
        """With a bar the account can not ask for a year; without, it can."""
        shell.run("cases", "close", REF, "--misuse", *(["--bar"] if bar else []))
        assert case_of(shell.store, 1).outcome is Outcome.MISUSE
        with shell.store.read() as tx:
            assert marks.is_barred(tx, ROSA.user_id, NOW) == bar

    def test_bars_nobody_else(self, shell: Shell) -> None:
        """A bar belongs to misuse."""
        assert "--misuse --bar" in shell.refused("cases", "close", REF, "--bar")


class TestComplaints:
    """`complaints list` and `complaints decide`."""

    def test_list_names_the_supporter_where_that_was_allowed(self, shell: Shell) -> None:
        """Rosa named both; the list has Ana's name, and never hers."""
        with shell.store.write() as tx:
            said = on.Complained(Side.REQUESTER, names_supporter=True, names_requester=True)
            tell(tx, 1, said, on.Complained(Side.SUPPORTER))
        lines = shell.run("complaints", "list")
        assert "1 │ K7QF-9M2D │ the requester" in lines
        assert "│ Ana │" in lines
        assert "2 │ K7QF-9M2D │ the supporter" in lines
        assert lines.count("Ana") == 1

    def test_list_hides_who_was_not_named(self, shell: Shell) -> None:
        """Rosa named nobody."""
        with shell.store.write() as tx:
            tell(tx, 1, on.Complained(Side.REQUESTER))
        lines = shell.run("complaints", "list")
        assert "not named" in lines
        assert "Ana" not in lines

    @pytest.mark.parametrize("decision", ["nothing", "pause", "misuse", "bar"])
    def test_decide(self, shell: Shell, decision: str) -> None:
        """Each decision does what it does at the desk, once."""
        with shell.store.write() as tx:
            tell(tx, 1, on.Complained(Side.REQUESTER))
        assert "Decided." in shell.run("complaints", "decide", "1", decision)
        with shell.store.read() as tx:
            assert complaints.undecided(tx) == []
            ana = roster.get(tx, ANA)
            assert ana is not None
            assert (ana.status is SupporterStatus.PAUSED) == (decision == "pause")
            assert marks.is_barred(tx, ROSA.user_id, NOW) == (decision == "bar")
        closed = case_of(shell.store, 1).outcome is Outcome.MISUSE
        assert closed == (decision in {"misuse", "bar"})
        assert "No undecided complaint" in shell.refused("complaints", "decide", "1", decision)

    def test_pause_can_hand_back(self, shell: Shell) -> None:
        """Their cases go to somebody else where that is said; it belongs to a pause."""
        with shell.store.write() as tx:
            tell(tx, 1, on.Complained(Side.REQUESTER))
        assert "when their supporter is paused" in shell.refused(
            "complaints", "decide", "1", "nothing", "--hand-back"
        )
        shell.run("complaints", "decide", "1", "pause", "--hand-back")
        assert case_of(shell.store, 1).state is State.WAITING

    def test_status_counts_them(self, shell: Shell) -> None:
        """Whoever looks at the network sees that something waits."""
        assert "complaints undecided 0" in shell.run("status")
        with shell.store.write() as tx:
            tell(tx, 1, on.Complained(Side.REQUESTER))
        assert "complaints undecided 1" in shell.run("status")
