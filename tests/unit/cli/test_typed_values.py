"""What is typed into a command and cannot be used is named as it was typed, with what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from bot.cli.main import cli
from bot.problems import nearest, printable, quoted
from tests.unit.cli.test_widths import every_command


def every_parameter() -> Iterator[tuple[str, click.Parameter]]:
    """Walk through every option and argument of every command."""
    for path in every_command():
        command: click.Command = cli
        for name in path:
            assert isinstance(command, click.Group)
            found = command.get_command(click.Context(command), name)
            assert found is not None
            command = found
        for parameter in command.get_params(click.Context(command)):
            yield " ".join(path), parameter


@pytest.mark.parametrize("path", list(every_command()), ids=lambda path: " ".join(path) or "all")
def test_every_command_says_what_it_does(path: tuple[str, ...]) -> None:
    """A sentence for each command, in which its arguments stand."""
    said = CliRunner().invoke(cli, [*path, "--help"], terminal_width=500).output
    text = said.partition("Options:")[0]
    assert re.search(r"\n  [A-Z][^\n]*[.]\n", text), text
    for where, one in every_parameter():
        if where == " ".join(path) and isinstance(one, click.Argument):
            assert one.human_readable_name in text.partition("\n")[2], one.name


def test_every_option_has_a_text() -> None:
    """None is listed by its name alone."""
    bare = [
        f"{path} {option.opts[0]}"
        for path, option in every_parameter()
        if isinstance(option, click.Option) and not (option.help or "").strip()
    ]
    assert bare == []


NUMBERS = {
    ("complaints", "decide", "{}", "nothing"): "is not the number of a complaint",
    ("desk", "--port", "{}"): "Write one from 1 to 65535.",
    ("simulate", "--weeks", "{}"): "Write one from 1 to 520.",
    ("simulate", "--runs", "{}"): "Write one from 1 to 100.",
    ("simulate", "--supporters", "{}"): "Write one from 1 to 10000.",
    ("simulate", "--requests-per-week", "{}"): "Write one from 0.1 to 1000, such as 2.5.",
    ("simulate", "--answers-median", "{}"): "Write one from 0.1 to 500, such as 2.5.",
}
WRONG = ("0", "9" * 30, "9" * 5000, "three", "", "1_0", "nan", "inf", "1e3", "\x1b[2J", "½")


@pytest.mark.parametrize("typed", WRONG, ids=range(len(WRONG)))
@pytest.mark.parametrize("command", NUMBERS, ids=" ".join)
def test_a_number_that_cannot_be(command: tuple[str, ...], typed: str) -> None:
    """It is named, and what can be written; nothing else is asked for before."""
    said = CliRunner().invoke(cli, [part.format(typed) for part in command])
    assert said.exit_code == 2
    assert quoted(typed) in said.output
    assert NUMBERS[command] in said.output
    assert "<=" not in said.output
    assert "\x1b" not in said.output


@pytest.mark.parametrize("typed", ["-1", "-12", "-٣"])
def test_a_number_below_nothing(typed: str) -> None:
    """It looks like an option; where a number is expected that is said."""
    said = CliRunner().invoke(cli, ["complaints", "decide", typed, "nothing"])
    assert said.exit_code == 2
    assert "none here can begin with a minus" in said.output


def test_every_number_is_looked_at() -> None:
    """A new option that takes a number has to be put into the table above."""
    kinds = (click.types.IntParamType, click.types.FloatParamType)
    assert not [one.name for _, one in every_parameter() if isinstance(one.type, kinds)]
    found = {
        (path, one.name)
        for path, one in every_parameter()
        if one.type.name in {"integer", "number"} and one.name not in {"seed", "acceptance"}
    }
    assert len(found) == len(NUMBERS)


@pytest.mark.parametrize("typed", ["10", "١٠", "१०"])
def test_digits_of_any_script(typed: str) -> None:
    """Whoever types digits of their own script is understood."""
    said = CliRunner().invoke(cli, ["simulate", "--weeks", typed, "--json"])
    assert '"weeks": 10,' in said.output


@pytest.mark.parametrize(
    ("typed", "meant"), [(("rostr",), "roster"), (("stauts",), "status"), (("keys", "lst"), "list")]
)
def test_a_command_with_a_slip(typed: tuple[str, ...], meant: str) -> None:
    """The nearest one is proposed, on every level."""
    said = CliRunner().invoke(cli, typed)
    proposed = said.output.partition("Did you mean")[2]
    assert (said.exit_code, f"'{meant}'" in proposed) == (2, True)


def test_what_is_not_printed_is_escaped() -> None:
    """Control characters and changes of direction do nothing to a terminal; joiners are letters."""
    assert quoted("a\x1b[31m\u202eb\nc") == "“a\\x1b[31m\\u202eb c”"
    assert quoted("\udcff") == "“\\udcff”"
    for harmless in ("می\u200cخواهم ½ 🦊", "1\u00a0of\u00a02", "Đặng Thị, 한국어, a b"):
        assert printable(harmless) == harmless
    assert len(quoted("x" * 5000)) == 83


def test_the_nearest_word() -> None:
    """Capitals do not count, and nothing is proposed that is far away."""
    assert nearest("anna", ["Ana", "Boris"]) == "Ana"
    assert nearest("zzz", ["Ana", "Boris"]) is None
