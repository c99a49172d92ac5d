"""`setup` on the real wiki, in a real terminal: from nothing to a network where all is well."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from stage.mailbox import Mailbox
from stage.network import ROSTER, StagedNetwork
from tests.conftest import People
from tests.wiki.setting_up import WRONG, Bare
from tests.wiki.test_check import TRUSTED, protect

pytestmark = pytest.mark.timeout(600)


def test_from_nothing_to_a_network_where_all_is_well(
    bare: Bare, mailbox: Mailbox, people: People
) -> None:
    """A wrong password, then the right one; a mail arrives; publish, roster, desk: all is well."""
    with bare.talk() as talk:
        talk.answer("Wiki", "wikpedia:de")
        talk.answer("Wiki", f"{bare.sandbox.url}/index.php?title=Main_Page")
        assert "Peer wiki (peerwiki)" in talk.answer("Account", f"User:{bare.log_in}")
        talk.answer("Bot password", WRONG)
        assert "does not take this account and password" in talk.answer("Account")
        talk.answer("Bot password", f"{bare.log_in}  {bare.secret}")
        before = talk.answer("Coordinators", "[[User:Coral]], Corall")
        assert "as PeerSupportBot" in before
        assert "fails" not in before
        assert "there is no such account" in talk.answer("Coordinators", "coral")
        talk.answer("Send it to", "Coral")
        assert "the wiki took it" in talk.answer("Database")
        assert "can be made" in talk.answer("Address of the desk", bare.desk_url)
        talk.wait_for("Write them?")
        assert not bare.files(), "nothing is written before somebody has agreed"
        talk.type("y")
        talk.wait_for("Run `peer-support check` now?")
        talk.type("n")
        assert talk.end() == 0
    assert bare.secret not in talk.said
    assert WRONG not in talk.said
    assert bare.holding(bare.secret) == ["user-password.py"]
    assert not bare.holding(WRONG)
    assert {mode for _, mode in bare.files().values()} == {0o600}
    assert not list(bare.temporary.iterdir())
    [mail] = mailbox.everything()
    assert "a trial" in mail.subject

    network = StagedNetwork(bare.folder, bare.sandbox, bare.desk_port)
    network.run("publish", "--as", "Iface")
    protect(people, *TRUSTED)
    (bare.folder / "roster.yaml").write_text(ROSTER, encoding="utf-8")
    assert bare.run("roster", "import", "roster.yaml").returncode == 0
    assert bare.run("once").returncode == 0
    desk = network.start_desk()
    try:
        found = bare.checks()
    finally:
        desk.terminate()
        desk.wait()
    assert found.pop("test post")["verdict"] == "not tried"
    assert {line["verdict"] for line in found.values()} == {"ok"}, found
    assert not bare.holding(WRONG)


def test_enter_changes_nothing(bare: Bare) -> None:
    """Set up without questions, then asked everything and kept: not a byte is another."""
    done = bare.yes()
    assert done.returncode == 0, done.stdout + done.stderr
    assert bare.secret not in done.stdout + done.stderr
    before = bare.files()
    with bare.talk() as talk:
        for prompt in ("Wiki", "Account", "Bot password", "Coordinators", "Send it to"):
            talk.answer(prompt)
        talk.answer("Database")
        talk.answer("Address of the desk")
        talk.wait_for("none was changed")
        talk.wait_for("Run `peer-support check` now?")
        talk.type("n")
        assert talk.end() == 0
    assert bare.files() == before
    again = bare.yes()
    assert (again.returncode, bare.files()) == (0, before)
    assert bare.secret not in talk.said


def test_unasked_tells_all_that_is_missing(bare: Bare) -> None:
    """In one go, with 2, and nothing is written."""
    done = bare.run("setup", "--yes")
    assert done.returncode == 2
    for word in ("--wiki", "--account", "PEER_SUPPORT_ACCOUNT_PASSWORD", "--coordinator"):
        assert word in done.stderr
    assert not list(bare.folder.iterdir())


@pytest.mark.parametrize(
    ("more", "variables", "code", "words"),
    [
        (("--coordinator", "Corall"), {}, 2, ["coordinator Corall: there is no such account"]),
        ((), {"PEER_SUPPORT_ACCOUNT_PASSWORD": WRONG}, 2, ["log-in: The wiki does not take"]),
        (("--wiki", "meta:nowhere"), {}, 2, ["wiki: Pywikibot does not know the wiki"]),
        (("--wiki", "http://127.0.0.1:1/api.php"), {}, 3, ["Not all could be tried"]),
        (
            ("--database", "postgres://x/y", "--desk", "a b"),
            {"PEER_SUPPORT_ACCOUNT_PASSWORD": "MARKER"},
            2,
            ["the database: ", "the desk's address: ", "the bot password: "],
        ),
    ],
)
def test_unasked_writes_nothing_that_fails(
    bare: Bare, more: tuple[str, ...], variables: Mapping[str, str], code: int, words: list[str]
) -> None:
    """What was answered and does not hold is told, and no file comes into being."""
    done = bare.yes(*more, **variables)
    assert done.returncode == code, done.stdout + done.stderr
    assert [word for word in words if word not in done.stderr] == []
    for secret in (bare.secret, WRONG, "MARKER"):
        assert secret not in done.stdout + done.stderr
    assert not list(bare.folder.iterdir())
    assert not list(bare.temporary.iterdir())


def test_without_a_terminal(bare: Bare) -> None:
    """Nobody is there to be asked: that is said."""
    done = bare.run("setup")
    assert (done.returncode, "say --yes" in done.stderr) == (2, True)


def test_files_of_somebodys_own_are_kept(bare: Bare) -> None:
    """The sandbox's own, with a second account in them, are used and not touched."""
    folder = bare.sandbox.pywikibot_dir
    before = {one.name: one.read_bytes() for one in folder.glob("user-*.py")}
    words = ("setup", "--yes", "--coordinator", "Coral")
    done = bare.run(*words, PYWIKIBOT_DIR=str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    assert {one.name: one.read_bytes() for one in folder.glob("user-*.py")} == before
    assert list(bare.files()) == ["peer-support.yaml"]
    assert b'shutoff: "User:PeerSupportBot/stop"' in bare.files()["peer-support.yaml"][0]
    other = bare.run(*words, "--wiki", "meta", PYWIKIBOT_DIR=str(folder))
    assert (other.returncode, "Change them there by hand" in other.stderr) == (2, True)


def test_values_for_variables(bare: Bare) -> None:
    """What is shown for Toolforge is what the program runs with, and no secret is in it."""
    done = bare.yes("--variables")
    assert done.returncode == 0, done.stdout + done.stderr
    assert bare.secret not in done.stdout + done.stderr
    assert not list(bare.folder.iterdir())
    lines = done.stdout.splitlines()
    settings = lines[lines.index("PEER_SUPPORT_SETTINGS") + 1]
    assert json.loads(settings)["coordinators"] == ["Coral"]
    assert "PEER_SUPPORT_WIKI is so already." in lines
    assert "PEER_SUPPORT_ACCOUNT_PASSWORD" in lines
    variables = bare.given | {
        "PEER_SUPPORT_SETTINGS": settings,
        "PEER_SUPPORT_SECRET": "A" * 43,
        "PEER_SUPPORT_DATABASE": f"sqlite:///{bare.folder}/x.db",
    }
    assert bare.run("init", **variables).returncode == 0
    said = bare.run("check", "--json", **variables).stdout
    found = {line["name"]: line["verdict"] for line in json.loads(said)}
    assert (found["log-in"], found["coordinator Coral"], found["store"]) == ("ok",) * 3
