"""`check` on the real wiki, continued: log-in, secret, store, clock, limit, who is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stage.asking import INTAKE
from stage.network import StagedNetwork
from stage.sandbox import Sandbox
from tests.conftest import People
from tests.wiki.test_check import TRUSTED, failing, lines, protect, with_log_in


@pytest.fixture
def on_the_wiki(sandbox: Sandbox) -> Iterator[Callable[[str], None]]:
    """Give a way to set something on the wiki, in PHP; it is taken back at the end."""
    override = Path(sandbox.facts["override"])

    def setting(php: str) -> None:
        override.write_text(f"<?php {php}")

    yield setting
    override.unlink(missing_ok=True)


def mend_of(network: StagedNetwork, name: str, code: int = 1) -> tuple[str, str, str]:
    """Give the verdict of one line, what was found, and the mend."""
    line = lines(network, code=code)[name]
    return line["verdict"], line["found"], line["mend"]


def test_log_in_with_a_wrong_password(network: StagedNetwork) -> None:
    """The log-in is named with the files to look at; what comes after it was not tried."""
    right = str(network.sandbox.facts["bot"]["botpassword_secret"])
    other = with_log_in(network, lambda text: text.replace(right, right[::-1]))
    verdict, found, mend = mend_of(other, "log-in")
    assert verdict == "fails"
    assert "does not take this account and password" in found
    assert "password file" in mend
    assert right[::-1] not in found + mend
    assert lines(other, code=1)["all else"]["verdict"] == "not tried"


def test_a_password_that_went_wrong_behind_a_saved_session(network: StagedNetwork) -> None:
    """A session that Pywikibot has saved hides it no more; and the look leaves that session be."""
    other = with_log_in(network, lambda text: text)
    assert other.run("once").returncode == 0
    saved = other.sandbox.pywikibot_dir / "pywikibot-PeerSupportBot.lwp"
    before = saved.read_bytes()
    assert lines(other, code=1)["log-in"]["verdict"] == "ok"
    right = str(network.sandbox.facts["bot"]["botpassword_secret"])
    passwords = other.sandbox.pywikibot_dir / "user-password.py"
    passwords.write_text(passwords.read_text().replace(right, right[::-1]))
    verdict, found, _ = mend_of(other, "log-in")
    assert verdict == "fails"
    assert "does not take this account and password" in found
    assert saved.read_bytes() == before


def test_own_account_blocked(network: StagedNetwork, people: People) -> None:
    """A blocked bot can neither save nor send; whom to ask is told."""
    people["Admin"].call(action="block", user="PeerSupportBot")
    fails = failing(network)
    assert fails["own account"] == "blocked"
    assert "administrators" in mend_of(network, "own account")[2]


def test_a_mail_limit(network: StagedNetwork, on_the_wiki: Callable[[str], None]) -> None:
    """Twenty mails a day are fewer than the network means to send: both figures are told."""
    on_the_wiki(
        "$wgGroupPermissions['bot']['noratelimit'] = false;"
        "$wgRateLimits['sendemail']['user'] = [ 20, 86400 ];"
    )
    assert failing(network) == {"mail limit": "20 mails a day; policy.mails_per_day is 200"}
    assert "highvolume" in mend_of(network, "mail limit")[2]
    with network.config_file.open("a") as config:
        config.write("policy: {mails_per_day: 20}\n")
    assert failing(network) == {}


def test_a_clock_that_goes_wrong(
    network: StagedNetwork, on_the_wiki: Callable[[str], None]
) -> None:
    """Ten minutes apart from the wiki's: told in seconds, with what to do."""
    on_the_wiki("Wikimedia\\Timestamp\\ConvertibleTimestamp::setFakeTime( time() - 600 );")
    verdict, found, mend = mend_of(network, "clock")
    assert verdict == "fails"
    assert int(found.split()[0]) in range(540, 661)
    assert "NTP" in mend


def test_intake_page_deleted(network: StagedNetwork, people: People) -> None:
    """Nobody could write where there is no page: the gadget makes none."""
    people["Admin"].call(action="delete", title=INTAKE)
    fails = failing(network)
    assert fails["intake page"].endswith("does not exist")
    assert "publish" in mend_of(network, "intake page")[2]


def test_the_secret_is_readable_for_others(network: StagedNetwork) -> None:
    """The file is named with the command that mends it; the wiki is looked at all the same."""
    secret = network.config_file.parent / "secret"
    secret.chmod(0o640)
    verdict, found, mend = mend_of(network, "store")
    assert verdict == "fails"
    assert str(secret) in found
    assert f"chmod 600 {secret}" in mend
    assert lines(network, code=1)["bot flag"]["verdict"] == "ok"


def test_a_wrong_secret(network: StagedNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told that this one opens nothing, and not what it is."""
    monkeypatch.setenv("PEER_SUPPORT_SECRET", "A" * 43)
    verdict, found, mend = mend_of(network, "store")
    assert verdict == "fails"
    assert "not the one that this store was made with" in found
    assert "Put the right one back" in mend
    assert "AAAA" not in found + mend


def test_a_password_file_that_others_can_read(network: StagedNetwork) -> None:
    """Whoever can read the bot's password can be the bot."""
    other = with_log_in(network, lambda text: text)
    file = network.folder / "pywikibot" / "user-password.py"
    file.chmod(0o604)
    verdict, _found, mend = mend_of(other, "file modes")
    assert verdict == "fails"
    assert str(file) in mend


def trusted(network: StagedNetwork) -> tuple[str, str, str]:
    """Give the line about the pages that people trust."""
    return mend_of(network, "pages people trust")


def test_pages_that_anybody_could_change(network: StagedNetwork, people: People) -> None:
    """Each page is told until it is protected; and again, as soon as it is protected too little."""
    verdict, found, mend = trusted(network)
    assert verdict == "warns"
    assert found == f"could be changed: by any account: {', '.join(TRUSTED)}"
    assert "administrator" in mend
    assert "pauses the network" in mend
    protect(people, *TRUSTED)
    assert trusted(network)[0] == "ok"
    for title in "Template:Peer support request", *TRUSTED[-2:]:
        protect(people, title, level="all")
        assert trusted(network)[1] == f"could be changed: by any account: {title}"
        protect(people, title, level="autoconfirmed")
        verdict, found, mend = trusted(network)
        assert found == f"could be changed: by any account of a few days and edits: {title}"
        assert ("pauses the network" in mend) == title.endswith("request")
        protect(people, title)
        assert trusted(network)[0] == "ok"
    assert failing(network) == {}


def test_code_that_anybody_could_change(
    network: StagedNetwork, on_the_wiki: Callable[[str], None]
) -> None:
    """A wiki that gives everybody the rights to its interface: a failure, until it is mended."""
    name = "gadget and key page"
    rights = ("editinterface", "editsitejs", "editsitecss")
    on_the_wiki("".join(f"$wgGroupPermissions['user']['{right}'] = true;" for right in rights))
    verdict, found, mend = mend_of(network, name)
    assert verdict == "fails"
    assert "by any account: MediaWiki:Gadget-peer-support-config.js, " in found
    assert "peer-support.json" not in found
    assert "ListGroupRights" in mend
    on_the_wiki("$wgGroupPermissions['user']['edituserjson'] = true;")
    found = mend_of(network, name)[1]
    assert found == "could be changed: by any account: User:PeerSupportBot/peer-support.json"
    on_the_wiki("")
    assert mend_of(network, name)[0] == "ok"


def test_nobody_on_the_roster(network: StagedNetwork) -> None:
    """Without active supporters nobody can be asked: a failure, with the command to mend it."""
    with sqlite3.connect(network.database) as store:
        store.execute("delete from supporters")
    store.close()
    assert failing(network)["supporters"] == "0 of 0 active ones can be written to"
    assert "roster import" in mend_of(network, "supporters")[2]


def test_a_supporter_whose_account_is_gone(network: StagedNetwork, sandbox: Sandbox) -> None:
    """The account was removed from the wiki: who it was is told, and how to go on without."""
    with sqlite3.connect(sandbox.facts["database"], timeout=20) as wiki:
        for table, column in (("user", "user_name"), ("actor", "actor_name")):
            wiki.execute(f"delete from {table} where {column} = 'Samir'")  # noqa: S608
    wiki.close()
    fails = failing(network)
    assert fails == {"supporter Samir": "there is no such account"}
    assert 'roster pause "Samir"' in mend_of(network, "supporter Samir")[2]


def test_a_coordinator_whose_name_was_taken(network: StagedNetwork) -> None:
    """The name is another account's today: it gets nothing, and the new name is asked for."""
    network.run("once")
    network.sandbox.maintenance("renameUser", "--performer", "Admin", "Coral", "Coralie")
    network.sandbox.maintenance("createAndPromote", "Coral", "a-stranger-s-long-password")
    fails = failing(network)
    assert fails["coordinator Coral"].startswith("is another account today")
    assert "new name" in mend_of(network, "coordinator Coral")[2]
