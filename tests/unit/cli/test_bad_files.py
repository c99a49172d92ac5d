"""Files that a newcomer, or somebody with bad intent, names on the command line: told in words."""

from __future__ import annotations

import socket
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.config import load
from bot.store.keyring import write_new_secret
from bot.store.store import create_store
from bot.text_files import MOST_BYTES

# `bot.cli.main` is also the name of the function in it.
command_line: Any = import_module("bot.cli.main")
SUPPORTER = b"- user: Ana\n  languages: [de]\n"
FAULT = "fault of the program"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give the command line of a new network, in its folder."""
    for name in ("PEER_SUPPORT_SECRET", "PEER_SUPPORT_DATABASE", "PEER_SUPPORT_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    file = Path("config/peer-support.yaml")
    file.parent.mkdir()
    file.write_text('wiki: {intake: "Project:X"}\ncoordinators: [Coral]\n')
    write_new_secret(app.secret_path(file))
    create_store(load(file, {}).database_url, app.open_keyring(file, {}))

    def call(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["peer-support", *arguments])
        with pytest.raises(SystemExit) as end:
            command_line.main()
        said = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, said.out + said.err

    return call


ROSTERS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "A roster is a list of supporters"),
    "latin-1": ("- user: Jérôme\n".encode("latin-1"), "This file is not UTF-8 text."),
    "utf-16": (SUPPORTER.decode().encode("utf-16"), "This file is not UTF-8 text."),
    "endless": (b"# x\n" * (MOST_BYTES // 4 + 1), "This file is larger than 4 MB."),
    "a null byte": (b"- user: A\0na\n", "a character that YAML does not allow (U+0000)"),
    "escapes": (b'- user: Ana\n  languages: ["\\x1b[2J"]\n', "“\\x1b[2J” is not a known language"),
    "direction": ('- user: Ana\n  topics: ["\u202ealone"]\n'.encode(), 'topic "\\u202ealone"'),
    "aliases": (b"- &a [x, x]\n- &b [*a, *a]\n- [*b, *b]\n", "repeated here by a reference"),
    "twice": (b"- user: Ana\n  user: Bo\n  languages: [de]\n", '"user" is here a second time'),
    "deep": (b"[" * 5000, "nested much deeper"),
    "a tag": (b'- !!python/object/apply:os.system ["true"]\n', "marked with a type"),
    "two documents": (SUPPORTER + b"---\n" + SUPPORTER, "A second document begins here"),
    "many cases": (
        SUPPORTER + b"  capacity: 100\n",
        "A whole number is expected here, from 1 to 99",
    ),
    "more than fits": (SUPPORTER + b"  per_week: 9223372036854775808\n", "from 1 to 99"),
    "half a letter": (b'- user: "\\ud800"\n', "This cannot be a user name."),
    "no language": (b"- user: Ana\n  languages: [xx-nope]\n", "roster.yaml:2: “xx-nope”"),
}


@pytest.mark.parametrize(("text", "said"), ROSTERS.values(), ids=ROSTERS)
def test_a_bad_roster(text: bytes, said: str, run: Run) -> None:
    """It is refused with its line; nothing of it is printed that a terminal would act on."""
    Path("roster.yaml").write_bytes(text)
    for command in (("roster", "import"), ("simulate", "--weeks", "1", "--roster")):
        code, answer = run(*command, "roster.yaml")
        assert (code, said in answer, FAULT in answer) == (2, True, False), answer
        assert not {"\x1b", "\u202e", "\0"} & set(answer)


@pytest.mark.parametrize(
    "text", [SUPPORTER, b"\xef\xbb\xbf" + SUPPORTER, b"- user: Ana\r\n  languages: [de]\r\n"]
)
def test_a_roster_of_windows(text: bytes, run: Run) -> None:
    """A byte order mark and its line ends are no fault."""
    Path("roster.yaml").write_bytes(text)
    assert run("simulate", "--weeks", "1", "--roster", "roster.yaml")[0] == 0


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (".", "cannot be read: Is a directory"),
        ("/dev/zero", "This file is larger than 4 MB."),
        ("latin-1.yaml", "This file is not UTF-8 text."),
        ("gone\x1b[2J.yaml", "gone\\x1b[2J.yaml: There is no configuration file here."),
    ],
)
def test_a_bad_configuration(config: str, said: str, run: Run) -> None:
    """The same for every command that reads one, `setup` too."""
    Path("latin-1.yaml").write_bytes("# é\n".encode("latin-1"))
    for command in (("status",), ("check",), ("init",)):
        code, answer = run("--config", config, *command)
        assert (code, said in answer) == (2, True), answer
    if "gone" not in config:
        code, answer = run("--config", config, "setup", "--yes")
        assert (code, said in answer, FAULT in answer) == (2, True, False), answer


def test_where_nothing_can_be_written(run: Run) -> None:
    """That is said before anything is done: no log-in, no year that was simulated in vain."""
    Path("there").write_text("")
    for command, said in {
        ("roster", "export", "no/x"): "There is no folder",
        ("roster", "export", "there"): "This file is there already.",
        ("store", "backup", "no/x"): "There is no folder",
        ("store", "backup", "there"): "This file is there already.",
        ("simulate", "--weeks", "1", "--plot", "no/x.svg"): "There is no folder",
        ("stats", "--quarter", "2020-Q1", "--to", "there/x"): "Nothing can be written there",
    }.items():
        code, answer = run(*command)
        assert (code, said in answer) == (2, True), answer
        assert "log-in" not in answer
        assert "user-config" not in answer


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("German=1", "“German=1” names no language by its code. Did you mean de?"),
        ("en", "“en” has no share."),
        ("en=1,en=2", "“en=2” is a second share of the same language."),
        ("en=nan", "“nan” is no number."),
        ("\x1b[2J=1", "“\\x1b[2J=1” names no language"),
    ],
)
def test_shares(typed: str, said: str, run: Run) -> None:
    """Languages are codes that somebody knows, each once, with a number."""
    for option in ("--speak", "--languages"):
        code, answer = run("simulate", option, typed)
        assert (code, said in answer, "\x1b" in answer) == (2, True, False), answer


def test_names_that_no_account_has(run: Run) -> None:
    """They are refused before the wiki is asked."""
    for command in (("publish", "--as"), ("check", "--post-as")):
        for typed in ("", "a#b", "\x1b[2J", "192.0.2.7"):
            code, answer = run(*command, typed)
            assert (code, "cannot be the name of an account" in answer) == (2, True), answer
            assert "\x1b" not in answer


def test_a_desk_that_cannot_be_heard(run: Run) -> None:
    """A port that is taken, and an address of no machine here."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, answer = run("desk", "--port", str(taken.getsockname()[1]))
        assert (code, "Another program listens there already" in answer) == (2, True), answer
    for host in ("bad host", "203.0.113.7"):
        code, answer = run("desk", "--host", host)
        assert (code, "This machine has no such address." in answer) == (2, True), answer


def test_a_folder_in_place_of_the_store(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, the same for every command; nobody is advised to take a folder's rights away."""
    folder = Path("config").absolute()
    monkeypatch.setenv("PEER_SUPPORT_DATABASE", f"sqlite:///{folder}")
    for command in (("status",), ("init",), ("keys", "rewrap", "--yes"), ("desk",)):
        code, answer = run(*command)
        assert (code, f"{folder}: This is a folder." in answer) == (2, True), answer
    answer = run("check", "--all")[1]
    assert " ".join(answer.split()).count("This is a folder") == 1
    assert "chmod" not in answer


def test_a_server_that_is_gone_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its place, also by the commands that open the store in their own way."""
    monkeypatch.setenv("PEER_SUPPORT_DATABASE", "mysql://tool:geheim@127.0.0.1:1/x")
    for command in (("status",), ("keys", "rewrap", "--yes"), ("desk",), ("init",)):
        code, answer = run(*command)
        assert (code, "127.0.0.1/x: The database's server" in answer) == (3, True), answer
        assert "geheim" not in answer


def test_a_test_mail_of_setup(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that cannot be is refused before anything is tried; without --yes it is not taken."""
    code, answer = run("setup", "--mail-to", "a#b", "--yes")
    assert (code, "cannot be the name of an account" in answer) == (2, True), answer
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    code, answer = run("setup", "--mail-to", "Rosa")
    assert (code, "--mail-to: " in answer) == (2, True), answer
