"""Bad input to the commands: said in words with its mend, the right exit code, nothing changed."""

from __future__ import annotations

import http.server
import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from stage import network as networks
from stage.asking import KEY_PAGE
from stage.network import StagedNetwork, free_port
from stage.sandbox import Sandbox
from stage.tls import front
from tests.conftest import People

# Root may write where nobody may; the program's own account cannot. It is of Debian's base.
WITHOUT_RIGHTS = (
    ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
)


@pytest.fixture
def staged(first_network: StagedNetwork, tmp_path: Path) -> StagedNetwork:
    """Give a network of this test's own; on the wiki nothing happens, so that stays as it is."""
    return networks.copy(first_network, tmp_path / "staged")


def refused(network: StagedNetwork, *arguments: str, code: int = 2) -> str:
    """Run a command that must fail in words and change nothing in the store; give the words."""
    before = rows(network)
    done = network.run(*arguments, fails=True)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert rows(network) == before
    return done.stderr


def rows(network: StagedNetwork) -> list[str]:
    """Give everything in the store; nothing where there is none."""
    if not network.database.exists():
        return []
    store = sqlite3.connect(network.database)
    try:
        # But for the term: whoever means to lead begins a new one before they ask the wiki.
        return [line for line in store.iterdump() if "VALUES('writer'," not in line]
    except sqlite3.DatabaseError:
        return [network.database.read_bytes().hex()]
    finally:
        store.close()


def at(network: StagedNetwork, folder: Path) -> StagedNetwork:
    """Give the network with Pywikibot's files from another folder."""
    facts = network.sandbox.facts | {"pywikibot_dir": str(folder)}
    return replace(network, sandbox=Sandbox(network.sandbox.port, facts))


def pywikibot_files(network: StagedNetwork, change: Callable[[str], str]) -> StagedNetwork:
    """Give the network with changed `user-config.py` and password file, and without cookies."""
    folder = network.folder / "pywikibot"
    folder.mkdir()
    for file in network.sandbox.pywikibot_dir.glob("user-*.py"):
        shutil.copy(file, folder)
        (folder / file.name).write_text(change(file.read_text()))
    return at(network, folder)


def test_a_file_tells_all_its_errors_at_once(staged: StagedNetwork) -> None:
    """An unknown key, an impossible value and a missing setting are told in one go, by line."""
    staged.config_file.write_text(
        "wikki: {intake: x}\npolicy: {offers_at_once: 99}\ncoordinators: [Coral, Coral]\n"
    )
    said = refused(staged, "status")
    for line, word in ((1, '"wiki" is missing'), (1, "Did you mean"), (2, "99"), (3, "twice")):
        assert f"{staged.config_file}:{line}: " in said
        assert word in said


def test_broken_yaml_is_told_by_its_line(staged: StagedNetwork) -> None:
    """A quotation mark that is not closed has a place, and the store is left alone."""
    staged.config_file.write_text('wiki:\n  intake: "Project:X\n')
    assert f"{staged.config_file}:" in refused(staged, "once")


def test_no_configuration(staged: StagedNetwork) -> None:
    """A missing file, and a folder in its place, are named."""
    folder = str(staged.config_file.parent)
    assert "Is a directory" in refused(staged, "--config", folder, "status")
    staged.config_file.unlink()
    assert "There is no configuration file here" in refused(staged, "check")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("frobnicate",), "No such command"),
        (("cases", "show", "7Q"), "no case with this reference"),
        (("cases", "why", "AAAA-AAAA"), "no case with this reference"),
        (("roster", "pause", "Nobody"), "No supporter has this name"),
        (("roster", "resume", "Nobody"), "No supporter has this name"),
        (("roster", "remove", "Nobody"), "No supporter has this name"),
        (("roster", "import", "nowhere.yaml"), "does not exist"),
        (("desk", "--port", "0"), "“0” is too small"),
    ],
)
def test_what_is_unknown_is_said(
    staged: StagedNetwork, arguments: tuple[str, ...], word: str
) -> None:
    """Commands, references, names and files that there are not end with 2."""
    assert word in refused(staged, *arguments)


def test_a_roster_with_somebody_unknown_is_not_imported_at_all(staged: StagedNetwork) -> None:
    """One misspelt supporter and one misspelt name to avoid: both told by line, nobody taken."""
    file = staged.folder / "new.yaml"
    file.write_text(
        "- user: Rim\n  languages: [de]\n"
        "- user: Nemo\n  languages: [de]\n"
        "- user: Sven\n  languages: [fr]\n  avoid: [Nobodyy]\n"
    )
    said = refused(staged, "roster", "import", str(file))
    assert f"{file}:3: There is no account “Nemo”" in said
    assert f"{file}:7: “Nobodyy”" in said


def test_a_roster_broken_in_three_places_tells_all_three(staged: StagedNetwork) -> None:
    """An unknown key, a name that can be none, an impossible number; with the wiki away, too."""
    file = staged.folder / "new.yaml"
    file.write_text(
        "- user: Rim\n  lingo: [de]\n  languages: [de]\n"
        '- user: "A|B"\n  languages: [de]\n'
        "- user: Sven\n  languages: [fr]\n  capacity: -3\n"
    )
    said = refused(at(staged, staged.folder), "roster", "import", str(file))
    assert [f"{file}:{line}: " in said for line in (2, 4, 8)] == [True, True, True]


def test_a_roster_that_is_as_it_was(staged: StagedNetwork) -> None:
    """Imported a second time nothing is called updated; with one changed line, that one."""
    file = staged.folder / "config" / "roster.yaml"
    said = staged.run("roster", "import", str(file)).stdout
    assert said == "0 new, 0 updated, 4 as they were.\n"
    file.write_text(file.read_text().replace("languages: [en]", "languages: [en, de]"))
    said = staged.run("roster", "import", str(file)).stdout
    assert said == "0 new, 1 updated, 3 as they were.\n"


def test_a_roster_that_is_not_text(staged: StagedNetwork) -> None:
    """A file in another encoding is named, with what to do."""
    file = staged.folder / "new.yaml"
    file.write_bytes("- user: Åsa\n".encode("latin-1"))
    assert "This file is not UTF-8 text" in refused(staged, "roster", "import", str(file))


def test_an_export_writes_over_nothing(staged: StagedNetwork) -> None:
    """A file that is there stays as it is; a new one is for its owner alone."""
    file = staged.folder / "config" / "roster.yaml"
    before = file.read_text()
    assert "there already" in refused(staged, "roster", "export", str(file))
    assert file.read_text() == before
    refused(staged, "roster", "export", str(staged.folder / "nowhere" / "roster.yaml"))
    new = staged.folder / "new.yaml"
    staged.run("roster", "export", str(new))
    assert new.stat().st_mode & 0o777 == 0o600


def test_the_secret(staged: StagedNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong, no secret at all, readable by others, missing: each has its words, none is shown."""
    secret = staged.folder / "config" / "secret"
    for given, word in (("A" * 43, "is not the one"), ("short", "32 bytes")):
        monkeypatch.setenv("PEER_SUPPORT_SECRET", given)
        said = refused(staged, "once")
        assert word in said
        assert given not in said
    monkeypatch.delenv("PEER_SUPPORT_SECRET")
    secret.chmod(0o644)
    assert f"chmod 600 {secret}" in refused(staged, "status")
    secret.unlink()
    assert "There is no master secret" in refused(staged, "status")
    # A second secret would open nothing, and hide that the right one is lost.
    assert "a new one would open nothing" in refused(staged, "init")
    assert not secret.exists()


def test_the_store(staged: StagedNetwork) -> None:
    """Missing, not a store, of a newer release: each has its words, and the file stays."""
    store = staged.database
    with sqlite3.connect(store) as changed:
        changed.execute("update alembic_version set version_num = '9999'")
    changed.close()
    assert "a newer release (schema 9999" in refused(staged, "status")
    assert "a newer release (schema 9999" in refused(staged, "init")
    store.write_bytes(b"This is a letter, and no database at all. " * 100)
    assert "is no store" in refused(staged, "once")
    assert "is no store" in refused(staged, "init")
    store.unlink()
    assert "peer-support init" in refused(staged, "once")
    assert not store.exists()


def test_a_store_that_can_not_be_written(
    staged: StagedNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder that may only be read, the store is out of reach: 3, with the folder named."""
    command = subprocess.run

    def run(words: list[str], **how: object) -> object:
        return command([*WITHOUT_RIGHTS, *words], **how)  # type: ignore[call-overload]

    staged.database.parent.chmod(0o555)
    monkeypatch.setattr(subprocess, "run", run)
    try:
        done = replace(staged, ready=None).run("once", fails=True)
    finally:
        staged.database.parent.chmod(0o755)
    assert done.returncode == 3
    assert f"{staged.database}: The store can be read, but not written." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_bot_password(staged: StagedNetwork) -> None:
    """The wiki says no: what to look at is told, and the secret is not."""
    right = str(staged.sandbox.facts["bot"]["botpassword_secret"])
    wrong = right[::-1]
    other = pywikibot_files(staged, lambda text: text.replace(right, wrong))
    said = refused(other, "once")
    assert "does not take this account and password" in said
    assert wrong not in said


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda text: text + "\nbroken (\n", "Python does not understand this line"),
        (lambda text: text + "\nnothing_like_that\n", "cannot be carried out (NameError)"),
        (lambda text: text.replace("user-password", "nowhere"), "There is no password file here"),
        (lambda text: text.replace("'PeerSupportBot', ", "'Other', "), "No password is known"),
        (lambda text: text.replace("mylang = 'peerwiki'", "mylang = 'nowhere'"), "does not know"),
    ],
)
def test_mistakes_in_pywikibots_files(
    staged: StagedNetwork, change: Callable[[str], str], word: str
) -> None:
    """Each has words of ours: Pywikibot's own would be a traceback, or another wiki."""
    other = pywikibot_files(staged, change)
    said = refused(other, "publish")
    assert word in said
    assert str(staged.sandbox.facts["bot"]["botpassword_secret"]) not in said


def test_no_user_config(staged: StagedNetwork) -> None:
    """Without one Pywikibot would choose a wiki by itself; we do not let it."""
    assert "There is no user-config.py here" in refused(at(staged, staged.folder), "once")


def test_a_wiki_that_is_down(staged: StagedNetwork) -> None:
    """A closed port ends with 3 in a few seconds, in words, without the address asked for."""
    api, port = str(staged.sandbox.facts["api"]), staged.sandbox.port
    closed = api.replace(str(port), str(free_port()))
    said = refused(pywikibot_files(staged, lambda text: text.replace(api, closed)), "once", code=3)
    assert "It cannot be reached, or does not answer as a wiki should" in said
    assert "action=" not in said


def test_a_wiki_without_an_address(staged: StagedNetwork) -> None:
    """A host that no name server knows is a wiki out of reach, and not this machine's fault."""
    api = str(staged.sandbox.facts["api"])
    nowhere = pywikibot_files(staged, lambda text: text.replace(api, "http://wiki.invalid/api.php"))
    assert "It cannot be reached" in refused(nowhere, "once", code=3)


def test_a_certificate_that_nobody_trusts(staged: StagedNetwork, tmp_path: Path) -> None:
    """The cause is told, and what to look at: the wiki, or this machine's own certificates."""
    with front(tmp_path, staged.sandbox.port) as untrusted:
        api = str(staged.sandbox.facts["api"])
        other = pywikibot_files(staged, lambda text: text.replace(api, f"{untrusted.url}/api.php"))
        said = refused(other, "once", code=3)
    assert "It shows no certificate that is trusted here. (certificate)" in said


def test_cookies_that_a_crash_has_left(staged: StagedNetwork) -> None:
    """Half a file, or another's bytes: it is a copy, so it is made anew, and the bot logs in."""
    other = pywikibot_files(staged, lambda text: text)
    cookies = other.sandbox.pywikibot_dir / "pywikibot-PeerSupportBot.lwp"
    for left in (b"\xff\xfe\x80 no cookies", b"\0" * 4096, b"#LWP-Cookies-2.0\nSet-Cookie3: x"):
        cookies.write_bytes(left)
        other.run("once")
        assert cookies.read_text(encoding="utf-8").startswith("#LWP-Cookies-2.0\nSet-Cookie3: ")


@pytest.mark.parametrize("status", [200, 500])
def test_something_else_in_the_wikis_place(staged: StagedNetwork, status: int) -> None:
    """A server that answers with a page, or with an error, is no wiki: 3, and no traceback."""
    api = str(staged.sandbox.facts["api"])
    with answering(status) as address:
        other = pywikibot_files(staged, lambda text: text.replace(api, f"{address}/api.php"))
        assert "does not answer as a wiki should" in refused(other, "once", code=3)


def test_a_key_page_that_can_not_be_saved(network: StagedNetwork, people: People) -> None:
    """The new key is kept, the wiki's own code is told, and 3 says that the wiki did not let us."""
    people["Admin"].call(action="protect", title=KEY_PAGE, protections="edit=sysop")
    done = network.run("keys", "rotate", fails=True)
    assert done.returncode == 3
    assert f"{KEY_PAGE}: The wiki does not let the bot save its key page (prot" in done.stderr
    assert "The keys are kept" in done.stderr


@contextmanager
def answering(status: int) -> Iterator[str]:
    """Let a server answer everything with a page, and this status."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = b"<html><body>Nothing here</body></html>"
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_words: object) -> None:
            return

        do_POST = do_GET  # noqa: N815 - as http.server calls it

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
