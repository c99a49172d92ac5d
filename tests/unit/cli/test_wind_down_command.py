"""`wind-down`: asks for the words, and says what is left to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from bot.cli import wind_down_command
from bot.cli.main import cli
from bot.network import Network
from bot.network_state import ENDING
from bot.problems import InputError
from bot.store.schema import supporters
from bot.store.store import get_setting
from bot.troubles import OutOfReachError
from bot.wiki.errors import ApiError
from tests.fakes.network import SVEN, FakeNetwork, kept_in, make


@pytest.fixture
def fake(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeNetwork]:
    """Give a network that the command opens."""
    fake = make(tmp_path, more=kept_in(database_url))

    @contextmanager
    def opened(_config: str | None, *, working: bool) -> Iterator[Network]:
        assert working, "no worker may be at work beside it"
        yield fake.network

    monkeypatch.setattr(wind_down_command, "open_network", opened)
    monkeypatch.setattr("bot.cli.agreeing.has_terminal", lambda: True)
    yield fake
    fake.store.close()


def run(*arguments: str, typed: str = "") -> Result:
    """Run the command, with these words typed."""
    return CliRunner().invoke(cli, ["wind-down", *arguments], input=typed)


def begun(fake: FakeNetwork) -> str | None:
    """Say how far the ending is."""
    with fake.store.read() as tx:
        return get_setting(tx, ENDING)


@pytest.mark.parametrize("typed", ["", "\n", "yes\n", "end the networks\n"])
def test_other_words_do_nothing(fake: FakeNetwork, typed: str) -> None:
    """Only the very words end a network."""
    error = run(typed=typed).exception
    assert isinstance(error, InputError | SystemExit)
    assert begun(fake) is None


@pytest.mark.parametrize(("arguments", "typed"), [((), "end the network\n"), (("--yes",), "")])
def test_with_the_words_it_ends(fake: FakeNetwork, arguments: tuple[str, ...], typed: str) -> None:
    """Typed, or told not to ask, it ends, and says what is left to the operator."""
    said = run(*arguments, typed=typed)
    assert said.exit_code == 0, said.output
    assert "delete the store" in said.output
    assert begun(fake) == "done"


def test_pages_that_can_not_be_saved_are_named(fake: FakeNetwork) -> None:
    """Where the bot may not edit, the operator learns which page to write on."""
    run("--yes")
    assert begun(fake) == "done"
    again = run("--yes")
    assert again.exit_code == 0, "run again it says the same"


def test_mails_that_wait_are_told(fake: FakeNetwork) -> None:
    """While the wiki lets no mail through nothing is erased, and the command says why."""
    fake.wiki.does.before["emailuser"] = ApiError("ratelimited")
    error = run("--yes").exception
    assert isinstance(error, OutOfReachError)
    assert "2 people are not told yet" in str(error.problem)
    assert begun(fake) == "begun"


def test_what_cannot_be_read_is_told(fake: FakeNetwork) -> None:
    """It says that some cannot be told, and where to look; one more word erases them, too."""
    with fake.store.write() as tx:
        spoilt = update(supporters).where(supporters.c.user_id == SVEN).values(sealed=b"damaged")
        tx.connection.execute(spoilt)
    error = run("--yes").exception
    assert isinstance(error, OutOfReachError)
    assert "1 request or letter cannot be read" in str(error.problem)
    assert "--leave-unreadable" in str(error.problem)
    assert begun(fake) == "begun"
    said = run("--yes", "--leave-unreadable")
    assert said.exit_code == 0
    assert "but for 1 request or letter that could not be read" in " ".join(said.output.split())
    assert begun(fake) == "done"
