"""Commands are loaded when they are called, and each is found where it is said to be."""

import pkgutil
from importlib import import_module

from click.testing import CliRunner

import bot.cli
from bot.cli.main import MODULES, cli


def test_every_command_is_listed_with_its_module() -> None:
    """What the modules offer and what can be called are the same."""
    offered = {}
    for found in pkgutil.iter_modules(bot.cli.__path__):
        module = import_module(f"bot.cli.{found.name}")
        for command in getattr(module, "COMMANDS", ()):
            offered[command.name] = found.name
    assert offered == dict(MODULES)


def test_help_names_every_command_with_what_it_does() -> None:
    """The list has a line for each, and none of them is empty."""
    said = CliRunner().invoke(cli, ["--help"]).output
    lines = [line.split(maxsplit=1) for line in said.partition("Commands:")[2].splitlines()]
    assert [line[0] for line in lines if line] == sorted(MODULES)
    assert all(len(line) == 2 for line in lines if line)


def test_an_unknown_command_is_said_to_be_none() -> None:
    """A misspelt one ends with 2, in words."""
    result = CliRunner().invoke(cli, ["frobnicate"])
    assert result.exit_code == 2
    assert "No such command" in result.output


def test_the_tab_key_completes_commands_and_options() -> None:
    """As the README says, for `setup` and what it takes."""
    asked = {"_PEER_SUPPORT_COMPLETE": "bash_complete"}
    for words, place, offered in (("se", "1", "setup"), ("setup --coo", "2", "--coordinator")):
        environ = asked | {"COMP_WORDS": f"peer-support {words}", "COMP_CWORD": place}
        said = CliRunner(env=environ).invoke(cli, prog_name="peer-support")
        assert f"plain,{offered}" in said.output.splitlines()
