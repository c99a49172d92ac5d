"""What people type is understood generously, and what cannot be is told with its mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.problems import InputError, Problem
from bot.setup import judging, log_in
from bot.setup.log_in import LogIn

FAMILIES = {"meta", "wikipedia", "commons", "wikidata", "wiktionary"}
SECRET = "0123456789abcdefghijklmnopqrstuv"
SHOWN = (
    f"The new password to log in with Peer Bot@peer-support is {SECRET}. Please record this for "
    "future reference. (For old bots which require the login name to be the same as the eventual "
    f"username, you can also use Peer Bot as username and peer-support@{SECRET} as password.)"
)
FILE = Path("config/peer-support.yaml")
TOOLSDB = {"TOOL_TOOLSDB_USER": "s54321", "TOOL_TOOLSDB_PASSWORD": "MARKER"}


def told(error: pytest.ExceptionInfo[InputError]) -> Problem:
    """Give the one problem that was told."""
    [problem] = error.value.problems
    return problem


@pytest.mark.parametrize(
    ("typed", "wiki"),
    [
        ("meta", "meta:meta"),
        (" Meta : meta ", "meta:meta"),
        ("wikipedia:de", "wikipedia:de"),
        ("de:wikipedia", "wikipedia:de"),
        ("metawiki", "meta:meta"),
        ("dewiki", "wikipedia:de"),
        ("zh_min_nanwiki", "wikipedia:zh-min-nan"),
        ("https://meta.wikimedia.org/wiki/Peer_support", "meta:meta"),
        ("de.m.wikipedia.org", "wikipedia:de"),
        ("<https://www.wikidata.org/>", "wikidata:wikidata"),
        ("https://commons.wikimedia.org/w/api.php", "commons:commons"),
        ("https://wiki.example.org/w/api.php?action=help", "https://wiki.example.org/w/api.php"),
        ("https://wiki.example.org/index.php?title=X", "https://wiki.example.org/api.php"),
        ("https://wiki.example.org/wiki/X", "https://wiki.example.org/w/api.php"),
        ("wiki.example.org", "https://wiki.example.org/w/api.php"),
        ("127.0.0.1:8080/api.php", "http://127.0.0.1:8080/api.php"),
        ("localhost:8080/api.php", "http://localhost:8080/api.php"),
    ],
)
def test_a_wiki(typed: str, wiki: str) -> None:
    """By Pywikibot's name either way round, by the database's, by any address of it."""
    assert judging.wiki(typed, "x", FAMILIES) == wiki


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("wikpedia:de", "Did you mean wikipedia?"),
        ("nonsense", "wikipedia:de or meta:meta"),
        ("http://wiki.example.org/api.php", "Write https"),
        ("https://me:MARKER@wiki.example.org/api.php", "asked for next"),
        ("https://wiki.example.org/somewhere", "Special:Version"),
        ("https://wiki.example.org:port/", "Special:Version"),
    ],
)
def test_no_wiki(typed: str, word: str) -> None:
    """A misspelt family, http, a password in the address: each has its mend."""
    with pytest.raises(InputError) as error:
        judging.wiki(typed, "x", FAMILIES)
    assert word in told(error).mend
    assert "MARKER" not in str(told(error))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("PeerSupportBot@peer-support", ("PeerSupportBot", "peer-support", "")),
        ("User:Peer_Support Bot@peer support", ("Peer Support Bot", "peer support", "")),
        ("PeerSupportBot", ("PeerSupportBot", "", "")),
        (f"PeerSupportBot@peer-support  {SECRET}", ("PeerSupportBot", "peer-support", SECRET)),
        (f"Benutzer:bot@x: {SECRET}.", ("Bot", "x", SECRET)),
        (f"peer-support@{SECRET}", ("", "peer-support", SECRET)),
        (SECRET, ("", "", SECRET)),
        (
            SHOWN,
            ("Peer Bot", "peer-support", SECRET),
        ),
    ],
)
def test_a_log_in(typed: str, found: tuple[str, str, str]) -> None:
    """Whichever piece of what Special:BotPasswords shows is pasted, its parts are found."""
    assert log_in.find(typed, "x") == LogIn(*found)


@pytest.mark.parametrize("typed", ["a@b@c", f"x@{'y' * 33}", "A|B@x", "127.0.0.1@x"])
def test_no_log_in(typed: str) -> None:
    """What can be no account, or no name of a bot password, is told."""
    with pytest.raises(InputError):
        log_in.find(typed, "x")


@pytest.mark.parametrize("typed", ["MARKER", f"{SECRET[:-1]}", f"{SECRET}Z", SECRET.upper()])
def test_the_accounts_own_password_is_refused(typed: str) -> None:
    """Only what MediaWiki makes for bots is taken, and what was typed is not repeated."""
    with pytest.raises(InputError) as error:
        log_in.password(typed, "x")
    assert "Special:BotPasswords" in told(error).mend
    assert typed not in str(told(error))


def test_a_password_of_another_account() -> None:
    """Account and password that do not belong together are told, not tried."""
    asked, pasted = LogIn("Bot", "x"), LogIn("Other", "y", SECRET)
    with pytest.raises(InputError, match="another account"):
        log_in.together(asked, pasted, "x")
    # The name of the bot password comes along with the password, and is the newer one.
    assert log_in.together(asked, LogIn("", "y", SECRET), "x") == LogIn("Bot", "y", SECRET)


def test_a_log_in_shows_no_password() -> None:
    """Not even in a traceback."""
    assert SECRET not in repr(LogIn("Bot", "x", SECRET))


def test_names() -> None:
    """Links, namespaces, commas, semicolons, twice the same."""
    typed = "[[User:Coral|the lead]], Benutzer:Cleo_Clay; coral\nUser:Élise,"
    assert judging.names(typed, "x") == ("Coral", "Cleo Clay", "Élise")


def test_names_that_can_be_none_are_all_told() -> None:
    """One problem for each; with nobody at all, that."""
    with pytest.raises(InputError) as error:
        judging.names("Coral, 127.0.0.1, a|b", "x")
    assert len(error.value.problems) == 2
    with pytest.raises(InputError, match="Nobody is named"):
        judging.names(" , ", "x")


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("desk.example.org", "https://desk.example.org"),
        ("https://desk.example.org/me/", "https://desk.example.org"),
        ("<https://desk.example.org?x=1#y>", "https://desk.example.org"),
        ("127.0.0.1:8300", "http://127.0.0.1:8300"),
        ("localhost:8300/desk", "http://localhost:8300"),
        ("https://desk.example.org:8443", "https://desk.example.org:8443"),
    ],
)
def test_a_desk(typed: str, url: str) -> None:
    """A host is enough; what was copied along from a browser is left out."""
    assert judging.desk(typed, "x") == url


@pytest.mark.parametrize(
    ("typed", "word"),
    [("http://desk.example.org", "Use https"), ("two words", "whole address")],
)
def test_no_desk(typed: str, word: str) -> None:
    """Over http others could read along; what is no address is told."""
    with pytest.raises(InputError) as error:
        judging.desk(typed, "x")
    assert word in told(error).mend


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("var/x.db", "sqlite:///var/x.db"),
        ("/srv/x.db", "sqlite:////srv/x.db"),
        ("x.sqlite", "sqlite:///x.sqlite"),
        ("sqlite:///var/x.db", "sqlite:///var/x.db"),
        (
            "mysql://tools.db.svc.wikimedia.cloud/s54321__net",
            "mysql://tools.db.svc.wikimedia.cloud/s54321__net",
        ),
    ],
)
def test_a_database(typed: str, url: str) -> None:
    """A path is a file; credentials of ToolsDB stay where they are."""
    assert judging.database(typed, "x", FILE, TOOLSDB) == url


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("mysql://me:hunter2@host/net", "PEER_SUPPORT_DATABASE"),
        ("mysql://tools.db.svc.wikimedia.cloud/net", "s54321__peer_support"),
        ("mysql://host/net_p", "another name"),
        ("postgres://host/net", "sqlite, mysql"),
        ("something", "sqlite:///"),
        ("sqlite://", "Name a file"),
    ],
)
def test_no_database(typed: str, word: str) -> None:
    """Judged as the configuration is; a password is neither taken nor repeated."""
    with pytest.raises(InputError) as error:
        judging.database(typed, "x", FILE, TOOLSDB)
    assert word in told(error).mend
    assert "hunter2" not in str(told(error))
    assert "MARKER" not in str(told(error))


def test_a_page() -> None:
    """A title, also as a link."""
    assert judging.page("[[Project:Peer_support/Intake]]", "x") == "Project:Peer support/Intake"
    with pytest.raises(InputError):
        judging.page("A|B", "x")
