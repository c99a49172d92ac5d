"""What commands print fits a terminal of 80 columns, one of 60, and a pipe; nothing is cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert

from bot import app
from bot.casework import events as on
from bot.casework.events import Side
from bot.casework.roster import Supporter
from bot.checks import Check, Verdict
from bot.cli import network_commands
from bot.cli.check_lines import lines
from bot.cli.main import cli
from bot.cli.setup_terminal import ClickTerminal
from bot.cli.tables import lines_of, show_table
from bot.config import load
from bot.problems import InputError, Problem
from bot.statistics.bands import before, quarter_of
from bot.store import intake, roster
from bot.store.keyring import write_new_secret
from bot.store.schema import tallies
from bot.store.store import HEARTBEAT, Store, create_store, open_store, put_setting
from tests.unit.store.samples import ANA, BORIS, CHIDI, NOW, YES, new_case, offered, tell

Run = Callable[..., Result]
WIDTHS = {"80 columns": {"COLUMNS": "80"}, "60 columns": {"COLUMNS": "60"}, "a pipe": {}}
OVER = before(quarter_of(NOW))
_RULE = re.compile(r"[━─│┃┏┓┗┛┡┩┳╇┴└┘├┤┬┼]+")
_MICROSECONDS = re.compile(r"\d\d:\d\d:\d\d\.\d")
ANSWERS: dict[str, tuple[str, ...]] = {
    "status": ("status",),
    "cases": ("cases", "list", "--all"),
    "a case": ("cases", "show", "K7QF-9M2D"),
    "why": ("cases", "why", "K7QF-9M2D"),
    "complaints": ("complaints", "list"),
    "roster": ("roster", "list"),
    "keys": ("keys", "list"),
    "stats": ("stats", "--to", "told"),
    "a year": ("simulate", "--weeks", "2"),
    "two years": ("simulate", "--weeks", "2", "--try", "answer_within_hours=24,48"),
    "backup": ("store", "backup", "copy"),
    "init": ("init",),
}


def every_command(
    command: click.Command = cli, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Walk through all commands and what is below them."""
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from every_command(found, (*path, name))


@pytest.fixture(params=list(WIDTHS.values()), ids=list(WIDTHS))
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let the terminal be so wide; a pipe counts as 80."""
    monkeypatch.delenv("COLUMNS", raising=False)
    for name, value in request.param.items():
        monkeypatch.setenv(name, value)
    return int(request.param.get("COLUMNS", 80))


def fits(said: str, width: int) -> None:
    """Hold every line to the width, but for a word that is longer alone; nothing is cut."""
    for line in said.splitlines():
        assert len(line) <= width or len(line.split()) == 1, f"{len(line)}: {line}"
    assert "…" not in said
    assert not re.search(r"\w\.\.\.(?!\])", said.partition("Options:")[2] or said)
    assert not _MICROSECONDS.search(said)


def words(said: str) -> set[str]:
    """Give the words of what was said, whatever stands around and between them."""
    return set(_RULE.sub(" ", said).split())


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Give the commands of a network in which something of everything is stored."""
    for name in ("PEER_SUPPORT_SECRET", "PEER_SUPPORT_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "config" / "peer-support.yaml"
    file.parent.mkdir()
    file.write_text('wiki: {intake: "Project:Intake"}\ncoordinators: [Coral]\n')
    write_new_secret(app.secret_path(file))
    config, keyring = load(file, {}), app.open_keyring(file, {})
    create_store(config.database_url, keyring)
    store = open_store(config.database_url, keyring)
    fill(store)
    monkeypatch.setattr(app, "clock", lambda: NOW)

    def run(*arguments: str) -> Result:
        Path("copy").unlink(missing_ok=True)
        return CliRunner().invoke(cli, ["--config", str(file), *arguments])

    yield run
    store.close()


def fill(store: Store) -> None:
    """Let there be supporters with long names, a case, a complaint, a key, counts and a round."""
    with store.write() as tx:
        many = ("es", "de", "ar", "fr", "pt-br", "zh-hant", "sr-latn")
        long = "A supporter with a long name who-writes-it-with-hyphens"
        for number, name in ((ANA, long), (BORIS, "Boris the Bold"), (CHIDI, "Chidi")):
            channels = frozenset({"desk", "wikimail", "email", "signal"})
            one = Supporter(user_id=number, name=name, languages=many, channels=channels)
            roster.put(tx, one, NOW)
        tell(tx, new_case(tx), *offered(ANA), YES)
        tell(tx, 1, on.Complained(Side.REQUESTER, names_supporter=True))
        made = {"made_at": NOW, "expires_at": NOW + timedelta(hours=70)}
        intake.put_key(tx, "k20261122-abcdefgh", bytes(32), bytes(32), **made)
        put_setting(tx, HEARTBEAT, datetime(2026, 11, 22, 9, 1, 2, 345678, tzinfo=UTC).isoformat())
        for dimension, value in (("outcome", "helped"), ("wait", "longer"), ("language", "en")):
            row = {"quarter": OVER, "dimension": dimension, "value": value, "cases": 40}
            tx.connection.execute(insert(tallies).values(row))


@pytest.mark.parametrize("command", list(every_command()), ids=lambda path: " ".join(path) or "all")
def test_help(command: tuple[str, ...], width: int) -> None:
    """Each command's help fits, and says at 60 columns what it says at 500."""
    # The runner has a width of its own, whatever the environment says.
    said, wide = (
        CliRunner().invoke(cli, [*command, "--help"], terminal_width=columns).output
        for columns in (width, 500)
    )
    fits(said, width)
    assert words(said) == words(wide)


@pytest.mark.parametrize("command", ANSWERS.values(), ids=ANSWERS)
def test_answers(
    command: tuple[str, ...], width: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command that only looks fits, with every word as it is at 500 columns."""
    said = run(*command)
    assert said.exit_code == 0, said.output
    fits(said.output, width)
    monkeypatch.setenv("COLUMNS", "500")
    assert words(said.output) - words("\n") == words(run(*command).output)


def test_every_command_is_looked_at() -> None:
    """A new one has to be put into the table above, or below with why not."""
    looked_at = {
        " ".join(words[:2]) if words[0] in GROUPS else words[0] for words in ANSWERS.values()
    }
    assert looked_at | NOT_HERE == {" ".join(path) for path in every_command() if path} - GROUPS


GROUPS = {"cases", "complaints", "keys", "roster", "store"}
NOT_HERE = {
    *("publish", "run", "once", "setup", "check", "wind-down", "keys rotate"),  # need the wiki
    *("roster import", "roster export"),
    *("desk", "health", "pause", "resume"),  # one short line
    *("roster pause", "roster resume", "roster remove", "cases offer", "cases close"),
    *("complaints decide", "keys rewrap", "store restore"),
}


def test_nothing_is_said_in_words(run: Run) -> None:
    """Where there is nothing to list there is no empty frame."""
    Path("config/peer-support.yaml").write_text(
        'wiki: {intake: "Project:Intake"}\ncoordinators: [Coral]\ndatabase: sqlite:///new.db\n'
    )
    assert run("init").exit_code == 0
    for command, said in {
        ("cases", "list"): "There are no open cases.\n",
        ("cases", "list", "--all"): "There are no cases.\n",
        ("complaints", "list"): "There are no undecided complaints.\n",
        ("roster", "list"): "Nobody is on the roster yet: `peer-support roster import FILE`.\n",
        ("keys", "list"): "There are no page keys yet: `peer-support publish` makes the first.\n",
    }.items():
        assert run(*command).output == said


def test_nothing_to_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rehearsal in which no mail would go says so in words."""

    @contextmanager
    def opened(_config: str | None, *, working: bool) -> Iterator[Any]:
        assert not working
        yield None

    monkeypatch.setattr(network_commands, "open_network", opened)
    monkeypatch.setattr("bot.rehearsal.rehearse", lambda _network: [])
    said = CliRunner().invoke(cli, ["once", "--dry-run"]).output
    assert said == "No mails would go now. Nothing was changed, and nothing sent.\n"


def test_stats_are_of_the_last_quarter_that_is_over(run: Run) -> None:
    """Without --quarter it is the one before this; where it has too little, what there is."""
    assert f"wrote told/{OVER}.md" in run("stats", "--to", "told").output.split("\n")
    assert run("stats", "--to", "told", "--quarter", OVER).exit_code == 0
    error = run("stats", "--to", "told", "--quarter", before(OVER)).exception
    assert isinstance(error, InputError)
    assert f"What has been told before: {OVER}." in error.problems[0].mend


CHECKS = [
    Check("configuration", Verdict.PASSED, "/a/folder/with/a/long/name/config/peer-support.yaml"),
    Check(
        "gadget settings",
        Verdict.FAILED,
        "MediaWiki:Gadget-peer-support-configuration-of-all.js does not exist",
        "Let an interface administrator run `peer-support publish --as NAME`.",
    ),
    Check("coordinator A-name-that-is-long", Verdict.FAILED, "is blocked", "Name somebody else."),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_checks(check: Check, width: int) -> None:
    """A line of `check` breaks no title and no address, beside the name or below it."""
    said = "\n".join(line.plain for line in lines(check, width))
    fits(said, width)
    assert words(f"{check.verdict.value} {check.name} {check.found} {check.mend}") <= words(said)


def test_setup_breaks_no_word(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    """What `setup` tells, shows and complains of, its arrows too."""
    text = "Whoever reads config/peer-support.yaml, or a page like User:PeerSupportBot/stop. " * 4
    terminal = ClickTerminal()
    terminal.tell(text)
    terminal.complain([Problem("desk", text, text)])
    terminal.show(CHECKS)
    said = capsys.readouterr().out
    fits(said, width)
    assert words(text) <= words(said)


def test_nothing_that_a_terminal_acts_on(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a table nor a check lets control characters or changes of direction through."""
    show_table(("supporter",), [("Ana\x1b[2J\u202e",)], empty="")
    said = capsys.readouterr().out
    said += "\n".join(line.plain for line in lines(Check("a", Verdict.FAILED, "x\x1b", "\x9b"), 80))
    assert "Ana\\x1b[2J\\u202e" in said
    assert not {"\x1b", "\u202e", "\x9b"} & set(said)


def test_a_table_that_is_far_too_wide() -> None:
    """Each row becomes names and values, and whoever is called so has a line of their own."""
    said = list(lines_of(("supporter", "status"), [("A" * 50, "active"), ("Ana", "paused")], 30))
    assert said == [
        f"supporter  {'A' * 50}",
        "status     active",
        "",
        "supporter  Ana",
        "status     paused",
    ]
