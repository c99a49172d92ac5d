"""The README shows what the program does today: its examples are run."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import yaml
from click.testing import CliRunner

from bot import i18n
from bot.casework.case import diagram
from bot.casework.choosing import as_told
from bot.casework.effects import MailKind
from bot.casework.mails import Facts, compose
from bot.casework.matching import Candidates, RosterIndex, Wish, explain, rank, resolve_avoid
from bot.casework.matching_rules import IDLE
from bot.casework.roster import Supporter
from bot.cli.main import MODULES, cli
from bot.config import Config, load
from bot.network import channel_labels, published, topic_labels
from bot.request.plain import PlainRequest, read_plain

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)


def block(language: str) -> str:
    """Give the first block of the README in this language."""
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found is not None, f"the README has no {language} block"
    return found[1]


def configuration() -> Config:
    """Give the example configuration."""
    return load(ROOT / "config" / "peer-support.example.yaml", {})


def request() -> PlainRequest:
    """Read the README's request."""
    read = read_plain(block("wikitext").strip(), published(configuration()))
    assert isinstance(read, PlainRequest)
    return read


def test_the_request_is_read_as_shown() -> None:
    """The README's request is parsed to what stands below it."""
    read = request()
    shown = yaml.safe_load(block("yaml"))
    assert {name: list(getattr(read, name)) for name in shown if name != "message"} | {
        "message": read.message
    } == shown


def test_the_request_is_routed_as_shown() -> None:
    """The README's supporters are asked, or miss the rule that is named."""
    read = request()
    rows = re.findall(r"^\| ([\w ]+) \| ([\w, ]+) \| (yes|no): (.*) \|$", README, re.MULTILINE)
    assert len(rows) == 4
    roster = {
        number: Supporter(user_id=number, name=name, languages=tuple(spoken.split(", ")))
        for number, (name, spoken, _, _) in enumerate(rows, 1)
    }
    index = RosterIndex(roster.values())
    policy = configuration().policy
    wish = Wish(
        requester_id=99,
        languages=read.languages,
        channels=read.channels,
        avoid=resolve_avoid(read.avoid, index),
    )
    ranking = rank(wish, Candidates(index), NOW, policy, lambda: 0.5)
    asked = {match.supporter_id for match in ranking.best[: policy.offers_at_once]}
    for number, (_, _, answer, why) in enumerate(rows, 1):
        assert (answer == "yes") == (number in asked)
        if answer == "no":
            verdicts = explain(wish, roster[number], IDLE, None, NOW, policy)
            assert [as_told(verdict.rule) for verdict in verdicts if not verdict.hit] == [why]


def test_the_mail_is_written_as_shown() -> None:
    """The README's mail is what the program would send."""
    read, config = request(), configuration()
    text = block("text")
    link = re.search(r"https://\S+", text)
    assert link is not None
    letter = compose(
        MailKind.OFFER,
        Facts(
            reader="en",
            run_by="the Example Wiki community",
            ref="K7QF9M2D",
            link=link[0],
            language="German",
            topics=topic_labels(config, read.topics, "en"),
            channels=channel_labels(config, read.channels, "en"),
            answer_by=datetime(2026, 11, 23, 18, tzinfo=UTC),
            timezone="Europe/Berlin",
            word="lighthouse",
        ),
        i18n.load(),
    )
    assert f"Subject: {letter.subject}\n\n{letter.text}".replace("\u202f", " ") == text


def test_the_diagram_is_drawn_from_the_table() -> None:
    """The README's diagram is the table of `casework.case`."""
    assert block("mermaid").strip() == diagram()


def test_each_command_exists() -> None:
    """Every command that the README names is one, and every command is named."""
    written = re.findall(r"peer-support ([a-z-]+)|`([a-z-]+)(?: [a-z]+)?(?: [A-Z]+)?`", README)
    named = {first or second for first, second in written}
    assert set(MODULES) <= named
    called = set(re.findall(r"peer-support ([a-z-]+)", README))
    assert called <= set(MODULES)


def test_subcommands_exist() -> None:
    """Each `group command` that the README shows answers to --help."""
    for group, command in re.findall(r"`(cases|roster|keys|complaints|store) ([a-z]+)", README):
        result = CliRunner().invoke(cli, [group, command, "--help"])
        assert result.exit_code == 0, f"{group} {command}"


def test_what_is_run_for_real_can_be_pasted() -> None:
    """No placeholder stands in a block, and whatever reads or goes on is the last line, or behind.

    That they do what they say is tried on the real wiki, in `tests/wiki/test_readme_pasted.py`.
    """
    section = README.partition("## Run it for real")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    assert len(blocks) == 3
    for block_of_lines in blocks:
        *before, last = block_of_lines.splitlines()
        for line in before:
            assert not re.search(r"peer-support (setup|check)|EDITOR", line), line
        for line in [*before, last]:
            assert not re.search(r"\b(NAME|FILE|FOLDER)\b|--as|<[a-z ]+>", line), line
            assert line.endswith("&") or not re.search(r"peer-support (run|desk)\b", line), line


def test_each_file_exists() -> None:
    """Every folder and file that the README names is there, but for what a run makes."""
    own = {"config/secret", "config/roster.yaml", "config/peer-support.yaml", "var/pictures"}
    for path in re.findall(r"`([a-z]+/[a-z._/-]*)`|\]\(([\w./-]+)\)", README):
        name = path[0] or path[1]
        if name not in own:
            assert (ROOT / name).exists(), name
