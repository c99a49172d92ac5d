"""Deciding from the command line: the same decisions as at the desk, and no requester's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.casework import events as on
from bot.casework.events import Side
from bot.casework.roster import Supporter, SupporterStatus
from bot.casework.states import Outcome, State
from bot.store import complaints, marks, roster
from bot.store.keyring import Keyring, write_new_secret
from bot.store.schema import complaints as complaint_table
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
ENDING = {
    "close": ("cases", "close", REF),
    "misuse": ("cases", "close", REF, "--misuse", "--bar"),
    "move": ("cases", "offer", REF, "Chidi"),
    "remove": ("roster", "remove", "Ana"),
    "decide": ("complaints", "decide", "1", "nothing"),
    "bar": ("complaints", "decide", "1", "bar"),
    "rewrap": ("keys", "rewrap"),
    "wind-down": ("wind-down",),
}
"""What ends or erases something."""
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

    def types(self, answer: str | None) -> None:
        """Sit at a terminal and answer so; None presses Ctrl-C. Nobody else may be kept waiting."""
        answers = iter(() if answer is None else (answer,))

        def typed(prompt: str) -> str:
            with self.store.write():  # it waits for nobody, so the question holds no transaction
                pass
            print(prompt, end="")
            try:
                return next(answers)
            except StopIteration:
                raise KeyboardInterrupt from None

        self.monkeypatch.setattr("bot.cli.agreeing.has_terminal", lambda: True)
        self.monkeypatch.setattr("click.termui.visible_prompt_func", typed)

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
        assert "Asked" in shell.run("cases", "offer", "k7qf-9m2d", "chidi", "--yes")
        case = case_of(shell.store, 1)
        assert case.state is State.OFFERED
        assert [offer.supporter for offer in case.live_offers] == [CHIDI]

    def test_what_the_two_said_or_did_is_refused_in_one_way(self, shell: Shell) -> None:
        """Whom Rosa avoids, who avoids her, who had it, Rosa herself: the very same words."""
        secret: dict[str, dict[str, Any]] = {
            "Boris the Bold": {},
            "Ana": {},
            "Avoiding": {"user_id": 30, "avoid": frozenset({ROSA.user_id})},
            "Entering": {"user_id": 31, "avoid_new": ("Somebody",)},
            "Herself": {"user_id": ROSA.user_id},
        }
        with shell.store.write() as tx:
            for name, how in secret.items():
                if how:
                    roster.put(tx, Supporter(name=name, languages=("es",), **how), NOW)
        said = {
            shell.refused("cases", "offer", REF, who, "--yes").replace(who, "WHO") for who in secret
        }
        assert len(said) == 1
        assert "This person cannot be asked about this case. Why is not told" in said.pop()

    def test_says_what_stands_against_somebody(self, shell: Shell) -> None:
        """Paused, away, trained no more, another way of talking: in words, and all of them."""
        told: dict[str, tuple[dict[str, Any], str]] = {
            "Paused": ({"status": SupporterStatus.PAUSED}, "They are not active"),
            "Away": ({"away_until": NOW + timedelta(days=999)}, "They are away."),
            "Old": ({"trained_until": date(2020, 1, 1)}, "The time of their training is over."),
            "Phones": ({"channels": frozenset({"signal"})}, "They use none of the ways"),
        }
        for number, (name, (how, words)) in enumerate(told.items(), 40):
            usual: dict[str, Any] = {"user_id": number, "name": name, "languages": ("es",)}
            one = Supporter(**usual | how)
            with shell.store.write() as tx:
                roster.put(tx, one, NOW)
            assert words in shell.refused("cases", "offer", REF, name, "--yes"), name
        with shell.store.write() as tx:
            both = Supporter(
                user_id=50, name="Both", languages=("fr",), status=SupporterStatus.PAUSED
            )
            roster.put(tx, both, NOW)
        said = shell.refused("cases", "offer", REF, "Both", "--yes")
        assert "not active" in said
        assert "none of the languages" in said

    def test_why_tells_no_more(self, shell: Shell) -> None:
        """`cases why` puts whom Rosa avoids and who had it under one word."""
        said = shell.run("cases", "why", REF).partition("Rules, in their order")[0]
        assert said.count("not told") == 2
        assert "not_avoided_by_requester" not in said
        assert "not_offered_before" not in said

    def test_another_language_has_to_be_said(self, shell: Shell) -> None:
        """Somebody who speaks none of the languages is asked on purpose only."""
        with shell.store.write() as tx:
            roster.put(tx, Supporter(user_id=21, name="Fanny", languages=("fr",)), NOW)
        said = shell.refused("cases", "offer", REF, "Fanny", "--yes")
        assert "They speak none of the languages of this case; --any-language" in said
        shell.run("cases", "offer", REF, "Fanny", "--any-language", "--yes")

    @pytest.mark.parametrize("who", ["Ana", "Boris the bald", "Nobody"])
    def test_what_is_refused_is_refused_before_anybody_is_asked(
        self, shell: Shell, who: str
    ) -> None:
        """Neither who supports it already nor a name that is not there costs a question."""
        shell.monkeypatch.setattr("bot.cli.agreeing.has_terminal", lambda: True)
        shell.monkeypatch.setattr("click.termui.visible_prompt_func", pytest.fail)
        said = shell.refused("cases", "offer", REF, who)
        assert f"“{who}”: " in said
        assert ("Did you mean “Boris the Bold”?" in said) == (who == "Boris the bald")

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("cases", "show", "K7QF-\x1b[2JX"), "“K7QF-\\x1b[2JX”: There is no case"),
            (("cases", "offer", "K7", "Ana"), "“K7”: There is no case"),
            (("cases", "offer", REF, "A#b"), "“A#b”: This cannot be a user name."),
            (("roster", "pause", "Anna\u202e"), "Did you mean “Ana”?"),
            (("roster", "remove", "Zoe"), "“Zoe”: No supporter has this name."),
            (("complaints", "decide", "77", "nothing"), "77: No undecided complaint"),
        ],
    )
    def test_what_was_typed_is_named(self, shell: Shell, words: tuple[str, ...], said: str) -> None:
        """Not the placeholder of the help; and without what a terminal would act on."""
        answer = shell.refused(*words)
        assert said in answer
        assert "\x1b" not in answer
        assert "\u202e" not in answer

    def test_says_who_and_what_is_unknown(self, shell: Shell) -> None:
        """No such supporter; no such case; a case that has ended."""
        assert "No supporter has this name." in shell.refused("cases", "offer", REF, "Nobody")
        assert "no case" in shell.refused("cases", "offer", "AAAA-AAAA", "Chidi")
        shell.run("cases", "close", REF, "--yes")
        assert "has ended already" in shell.refused("cases", "offer", REF, "Chidi")


class TestClose:
    """`cases close REF`."""

    def test_ends_it(self, shell: Shell) -> None:
        """Closed, as helped since it was supported; once."""
        assert shell.run("cases", "close", REF, "--yes") == "Closed."
        assert case_of(shell.store, 1).outcome is Outcome.HELPED
        assert "has ended already" in shell.refused("cases", "close", REF)

    @pytest.mark.parametrize("bar", [True, False])
    def test_as_misuse(self, shell: Shell, bar: bool) -> None:
        """With a bar the account cannot ask for a year; without, it can."""
        shell.run("cases", "close", REF, "--yes", "--misuse", *(["--bar"] if bar else []))
        assert case_of(shell.store, 1).outcome is Outcome.MISUSE
        with shell.store.read() as tx:
            assert marks.is_barred(tx, ROSA.user_id, NOW) == bar

    def test_bars_nobody_else(self, shell: Shell) -> None:
        """A bar belongs to misuse."""
        assert "--misuse --bar" in shell.refused("cases", "close", REF, "--bar")


class TestAsking:
    """Whatever erases or ends something asks first."""

    @pytest.fixture(autouse=True)
    def complained(self, shell: Shell) -> None:
        """Let there be a complaint to decide."""
        with shell.store.write() as tx:
            tell(tx, 1, on.Complained(Side.REQUESTER))

    @pytest.mark.parametrize("words", ENDING.values(), ids=ENDING)
    def test_without_a_terminal_it_is_refused(self, shell: Shell, words: tuple[str, ...]) -> None:
        """From a script that did not say --yes: 2, with what to say."""
        assert "give --yes if it is meant" in shell.refused(*words)

    @pytest.mark.parametrize("typed", ["n", "", "yess", None])
    @pytest.mark.parametrize("words", [ENDING[one] for one in ENDING if one != "wind-down"])
    def test_another_answer_changes_nothing(
        self, shell: Shell, words: tuple[str, ...], typed: str | None
    ) -> None:
        """No, Enter, something else and then the end of input, and Ctrl-C."""
        before = shell.rows()
        shell.types(typed)
        assert "Nothing was changed." in shell.run(*words, code=1)
        assert shell.rows() == before

    @pytest.mark.parametrize("words", [ENDING["close"], ENDING["remove"], ENDING["decide"]])
    def test_yes_does_it(self, shell: Shell, words: tuple[str, ...]) -> None:
        """What follows is said before it is asked; nothing waits for the answer meanwhile."""
        before = shell.rows()
        shell.types("y")
        said = shell.run(*words)
        assert "This cannot be taken back. Go on?" in said
        assert shell.rows() != before


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
        assert "Decided." in shell.run("complaints", "decide", "1", decision, "--yes")
        with shell.store.read() as tx:
            assert complaints.undecided(tx) == []
            ana = roster.get(tx, ANA)
            assert ana is not None
            assert (ana.status is SupporterStatus.PAUSED) == (decision == "pause")
            assert marks.is_barred(tx, ROSA.user_id, NOW) == (decision == "bar")
        closed = case_of(shell.store, 1).outcome is Outcome.MISUSE
        assert closed == (decision in {"misuse", "bar"})
        assert "No undecided complaint" in shell.refused("complaints", "decide", "1", decision)

    def test_one_that_cannot_be_read_is_told_and_can_be_laid_aside(self, shell: Shell) -> None:
        """By number; all else is there, and nothing but "nothing" can be decided of it."""
        with shell.store.write() as tx:
            tell(tx, 1, on.Complained(Side.REQUESTER), on.Complained(Side.SUPPORTER))
            spoilt = update(complaint_table).where(complaint_table.c.id == 1)
            tx.connection.execute(spoilt.values(sealed=b"spoilt"))
        said = " ".join(shell.run("complaints", "list").split())
        assert "Cannot be read: 1. " in said
        assert "the supporter" in said
        for decision in ("pause", "misuse", "bar"):
            refused = shell.refused("complaints", "decide", "1", decision, "--yes")
            assert "No undecided complaint" in refused
        assert "Decided." in shell.run("complaints", "decide", "1", "nothing", "--yes")
        assert "Cannot be read" not in shell.run("complaints", "list")

    def test_pause_can_hand_back(self, shell: Shell) -> None:
        """Their cases go to somebody else where that is said; it belongs to a pause."""
        with shell.store.write() as tx:
            tell(tx, 1, on.Complained(Side.REQUESTER))
        assert "when their supporter is paused" in shell.refused(
            "complaints", "decide", "1", "nothing", "--hand-back"
        )
        shell.run("complaints", "decide", "1", "pause", "--hand-back", "--yes")
        assert case_of(shell.store, 1).state is State.WAITING

    def test_status_counts_them(self, shell: Shell) -> None:
        """Whoever looks at the network sees that something waits."""
        assert "complaints undecided 0" in shell.run("status")
        with shell.store.write() as tx:
            tell(tx, 1, on.Complained(Side.REQUESTER))
        assert "complaints undecided 1" in shell.run("status")
