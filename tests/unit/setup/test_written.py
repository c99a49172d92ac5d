"""What the answers come to: read back, they are the answers, and nothing else has changed."""

from __future__ import annotations

import datetime as dt
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.config import Config, load, read
from bot.config.lists import SHIPPED
from bot.problems import InputError
from bot.setup import files
from bot.setup.answers import Answers, changes
from bot.setup.given import over
from bot.setup.ground import EXAMPLE, Ground, families, judge, survey
from bot.setup.written import for_files, for_variables, put_all
from bot.wiki import account_files
from bot.wiki.account_files import BotAccount

SECRET = "0123456789abcdefghijklmnopqrstuv"
NOTHING: Mapping[str, str] = MappingProxyType({})
ANSWERS = Answers(
    wiki="meta:meta",
    account="Bot",
    suffix="peer-support",
    password=SECRET,
    shutoff="User:Bot/stop",
    coordinators=("Coral", "Cleo"),
    operator='The community\'s "peers": # 1',
    privacy_contact="privacy@mail.example",
    hosting_permission="T12345",
    database="sqlite:///var/other.db",
    desk="https://desk.example.org",
)


def ground(folder: Path, environ: Mapping[str, str] = NOTHING, *, in_files: bool = True) -> Ground:
    """Look at a folder as `setup` does."""
    told = {"HOME": str(folder / "home"), **environ}
    file = folder / "config" / "peer-support.yaml"
    text = environ.get("PEER_SUPPORT_SETTINGS")
    return survey(file, text, told, folder, folder / "home", in_files=in_files)


def write(folder: Path, answers: Answers = ANSWERS) -> None:
    """Write what the answers come to."""
    put_all(for_files(ground(folder), answers, {}))


def everything(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Give each file's bytes, mode, and when it was written."""
    return {
        str(file.relative_to(folder)): (
            file.read_bytes(),
            stat.S_IMODE(file.stat().st_mode),
            file.stat().st_mtime_ns,
        )
        for file in folder.rglob("*")
        if file.is_file()
    }


def said(config: Config) -> Answers:
    """Give the answers that a configuration has in it."""
    return Answers(
        intake=config.wiki.intake,
        landing=config.wiki.landing,
        shutoff=config.wiki.shutoff,
        coordinators=config.coordinators,
        operator=config.operator.name or "",
        privacy_contact=config.operator.privacy_contact or "",
        hosting_permission=config.operator.hosting_permission or "",
        database=config.database,
        desk=config.desk.url,
    )


def test_from_nothing(tmp_path: Path) -> None:
    """Three files come into being, private, and are what the answers say."""
    write(tmp_path)
    assert {name: mode for name, (_, mode, _) in everything(tmp_path).items()} == {
        "config/peer-support.yaml": 0o600,
        "user-config.py": 0o600,
        "user-password.py": 0o600,
    }
    config = load(tmp_path / "config" / "peer-support.yaml", {})
    assert said(config) == Answers(
        **{name: value for name, value in vars(ANSWERS).items() if name not in LOG_IN}
    )
    assert ground(tmp_path).answers == ANSWERS


LOG_IN = {"wiki", "account", "suffix", "password"}


def test_again_changes_nothing(tmp_path: Path) -> None:
    """What is so already is not written: bytes, modes and times stay."""
    write(tmp_path)
    before = everything(tmp_path)
    write(tmp_path, ground(tmp_path).answers)
    assert everything(tmp_path) == before


def test_the_example_keeps_its_words(tmp_path: Path) -> None:
    """A new configuration explains every setting, as the example does."""
    write(tmp_path)
    written = (tmp_path / "config" / "peer-support.yaml").read_text("utf-8").splitlines()
    comments = [
        line for line in (SHIPPED / EXAMPLE).read_text("utf-8").splitlines() if line[:1] == "#"
    ]
    assert [line for line in written if line in comments] == comments
    # Without the lists beside it, the shipped ones are read.
    assert "# topics: config/topics.yaml" in written


def test_one_answer_changes_one_line(tmp_path: Path) -> None:
    """Settings and comments of somebody's own stay as they are."""
    write(tmp_path)
    file = tmp_path / "config" / "peer-support.yaml"
    file.write_text(file.read_text().replace("plain_requests: true", "plain_requests: false # no"))
    file.chmod(0o640)
    before = file.read_text().splitlines()
    write(tmp_path, Answers(**vars(ANSWERS) | {"desk": "https://other.example.org"}))
    after = file.read_text().splitlines()
    changed = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    assert changed == [('  url: "https://desk.example.org"', '  url: "https://other.example.org"')]
    assert stat.S_IMODE(file.stat().st_mode) == 0o640, "its owner's choice"


def test_a_small_configuration_stays_small(tmp_path: Path) -> None:
    """What was left out, and is to have its default, stays left out."""
    file = tmp_path / "config" / "peer-support.yaml"
    file.parent.mkdir()
    text = 'wiki: {intake: "Project:In"}\ncoordinators: [Coral]\n'
    file.write_text(text)
    answers = ground(tmp_path).answers
    assert changes({"wiki": {"intake": "Project:In"}, "coordinators": ["Coral"]}, answers) == {}


def test_what_is_wrong_elsewhere_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    """A mistake in a setting that setup does not ask for has its line; one it asks for is asked."""
    file = tmp_path / "config" / "peer-support.yaml"
    file.parent.mkdir()
    file.write_text("wiki: {intake: 'A|B'}\ncoordinators: []\npolicy: {offers_at_once: 99}\n")
    with pytest.raises(InputError) as error:
        ground(tmp_path)
    [problem] = error.value.problems
    assert problem.place.endswith("peer-support.yaml:3")
    file.write_text("wiki: {intake: 'A|B'}\ncoordinators: []\ndesk: {url: 'http://far.example'}\n")
    assert ground(tmp_path).answers == Answers()


def test_files_of_somebodys_own_stay(tmp_path: Path) -> None:
    """Another log-in, more accounts, more settings: Pywikibot's files are not touched."""
    write(tmp_path)
    for more in ("retry_wait = 1\n", "authenticate['x'] = ('a', 'b', 'c', 'd')\n", "import os\n"):
        file = tmp_path / "user-config.py"
        file.write_text(account_files.user_config("meta:meta", "Bot") + more)
        there = ground(tmp_path)
        assert there.own_files
        assert [one.file.name for one in for_files(there, ANSWERS, {})] == ["peer-support.yaml"]


def test_another_account_is_written_into_both(tmp_path: Path) -> None:
    """And back again, the files are what they were."""
    write(tmp_path)
    before = {name: text for name, (text, _, _) in everything(tmp_path).items()}
    write(tmp_path, Answers(**vars(ANSWERS) | {"account": "Other", "password": SECRET[::-1]}))
    assert b"Other" in (tmp_path / "user-config.py").read_bytes()
    assert SECRET.encode() not in (tmp_path / "user-password.py").read_bytes()
    write(tmp_path)
    assert {name: text for name, (text, _, _) in everything(tmp_path).items()} == before


def test_other_accounts_in_the_password_file_stay(tmp_path: Path) -> None:
    """As for `publish --as`: when the bot's password changes, theirs do not."""
    write(tmp_path)
    file = tmp_path / "user-password.py"
    other = "# Iface publishes\n('Iface', 'its own')\n"
    file.write_text(other + file.read_text() + "('Last', BotPassword('x', 'y'))")
    assert ground(tmp_path).answers == ANSWERS
    write(tmp_path, Answers(**vars(ANSWERS) | {"password": SECRET[::-1]}))
    assert file.read_text() == (
        f"{other}('Bot', BotPassword('peer-support', '{SECRET[::-1]}'))\n"
        "('Last', BotPassword('x', 'y'))"
    )
    (tmp_path / "user-config.py").unlink()
    file.write_text("('Iface', 'its own')")
    write(tmp_path)
    assert file.read_text().startswith("('Iface', 'its own')\n('Bot', ")


def test_a_loose_password_file_is_made_private(tmp_path: Path) -> None:
    """Although its text stays."""
    file = tmp_path / "x.py"
    file.write_text("x")
    file.chmod(0o644)
    assert not files.put(file, "x")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_is_private_from_the_first_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the umask; and a write that fails leaves the old file, and nothing beside it."""
    before = os.umask(0)
    try:
        files.put(tmp_path / "new.py", "secret")
    finally:
        os.umask(before)
    assert everything(tmp_path)["new.py"][1] == 0o600

    def full(_handle: int) -> None:
        assert [stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()] == [0o600] * 2
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.put(tmp_path / "new.py", "other")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("new.py", "secret")]


def test_killed_while_writing(tmp_path: Path) -> None:
    """Before the text has reached the disk: the old file is whole, and the next write is too."""
    file = tmp_path / "user-password.py"
    files.put(file, "old")
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom bot.setup import files\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "files.put(Path(sys.argv[1]), 'new and secret')\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert file.read_text() == "old"
    assert {mode for _, mode, _ in everything(tmp_path).values()} == {0o600}
    files.put(file, "new")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [(file.name, "new")]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Somebody keeps the file elsewhere, and means it."""
    (tmp_path / "there").mkdir()
    link = tmp_path / "here.py"
    link.symlink_to(tmp_path / "there" / "real.py")
    files.put(link, "x")
    assert link.is_symlink()
    assert (tmp_path / "there" / "real.py").read_text() == "x"


def test_for_variables(tmp_path: Path) -> None:
    """One line of JSON, read as the same configuration; no secret is among the values."""
    values = for_variables(ground(tmp_path, in_files=False), ANSWERS, {})
    line = values["PEER_SUPPORT_SETTINGS"]
    assert "\n" not in line
    assert said(read(line, tmp_path / "x.yaml", {})).desk == ANSWERS.desk
    assert values["PEER_SUPPORT_ACCOUNT"] == "Bot@peer-support"
    assert SECRET not in "".join(values.values())
    again = ground(tmp_path, {"PEER_SUPPORT_SETTINGS": line}, in_files=False)
    log_in = {name: getattr(ANSWERS, name) for name in LOG_IN}
    answers = Answers(**vars(again.answers) | log_in)
    assert answers == ANSWERS
    assert for_variables(again, answers, {}) == values


def test_for_variables_keeps_other_settings(tmp_path: Path) -> None:
    """Also a date, for which JSON has no word."""
    text = "wiki: {intake: X}\ncoordinators: [A]\nsign_up:\n  opens: 2026-12-01\n"
    there = ground(tmp_path, {"PEER_SUPPORT_SETTINGS": text}, in_files=False)
    line = for_variables(there, ANSWERS, {})["PEER_SUPPORT_SETTINGS"]
    assert "\n" not in line
    assert read(line, tmp_path / "x.yaml", {}).sign_up.opens == dt.date(2026, 12, 1)


def test_toolsdb_is_proposed(tmp_path: Path) -> None:
    """Where its credentials are, in variables or in the file; a known database stays."""
    proposed = "mysql://tools.db.svc.wikimedia.cloud/s1__peer_support"
    variables = {"TOOL_TOOLSDB_USER": "s1", "TOOL_TOOLSDB_PASSWORD": "x"}
    assert ground(tmp_path, variables).answers.database == proposed
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "replica.my.cnf").write_text("[client]\nuser = s1\npassword = x\n")
    assert ground(tmp_path).answers.database == proposed
    write(tmp_path, Answers(**vars(ANSWERS) | {"database": "sqlite:///var/mine.db"}))
    assert ground(tmp_path).answers.database == "sqlite:///var/mine.db"


def test_families_are_pywikibots() -> None:
    """Read from its folder, without loading it."""
    assert {"meta", "wikipedia", "commons", "wikidata"} <= families()


def test_options_go_before_what_is_known() -> None:
    """Another account begins without the old one's password; all mistakes are told at once."""

    def judges(name: str) -> Callable[[str], Any]:
        return judge(name, Path("x.yaml"), {})

    answers, _ = over(
        ANSWERS, {"account": "Other@its", "desk": "d.example", "operator": None}, judges
    )
    assert (answers.account, answers.suffix, answers.password) == ("Other", "its", "")
    assert (answers.shutoff, answers.desk) == ("User:Other/stop", "https://d.example")
    assert answers.operator == ANSWERS.operator
    same, problems = over(
        ANSWERS, {"password": "MARKER", "desk": "a b", "wiki": "nowiki-at-all"}, judges
    )
    assert (same, len(problems)) == (ANSWERS, 3)
    assert "MARKER" not in "".join(map(str, problems))


LINE = st.text(
    st.characters(codec="utf-8", categories=["L", "M", "N", "P", "S", "Zs"]), max_size=40
)
NAME = st.text(st.characters(codec="utf-8", categories=["L", "Nd"]), min_size=1, max_size=15)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
@given(
    coordinators=st.lists(NAME, min_size=1, max_size=3),
    operator=LINE,
    contact=LINE,
    permission=LINE,
    title=NAME,
    host=st.from_regex(r"[a-z]{1,9}\.example", fullmatch=True),
    small=st.booleans(),
)
def test_any_answers_that_are_taken(
    tmp_path_factory: pytest.TempPathFactory,
    coordinators: list[str],
    operator: str,
    contact: str,
    permission: str,
    title: str,
    host: str,
    *,
    small: bool,
) -> None:
    """Whatever is accepted comes out of the file just so, and every other line is still there."""
    folder = tmp_path_factory.mktemp("any")
    file = folder / "config" / "peer-support.yaml"
    if small:
        file.parent.mkdir()
        file.write_text("# ours\nwiki: {intake: X} # in\ncoordinators:\n- A\nlocale: de # sprich\n")
    there = ground(folder)
    typed = {
        "coordinators": ", ".join(coordinators),
        "operator": operator,
        "privacy_contact": contact,
        "hosting_permission": permission,
        "intake": f"Project:{title}",
        "desk": host,
    }
    answers, problems = over(there.answers, typed, lambda name: judge(name, file, {}))
    assume(not problems)
    put_all(for_files(there, answers, {})[2:])
    config = load(file, {})
    assert said(config) == Answers(
        **{name: value for name, value in vars(answers).items() if name not in LOG_IN}
        | {"shutoff": "User:PeerSupportBot/stop"}
    )
    ours = re.compile(
        r"\s*-? ?(?:intake|url|name|privacy_contact|hosting_permission|A$|coord|wiki:)"
    )
    after = file.read_text().split("\n")
    assert all(line in after for line in there.text.split("\n") if not ours.match(line))


@given(
    wiki=st.one_of(st.just("meta:meta"), st.just("https://w.example/api.php")),
    name=NAME.filter(lambda name: "BotPassword" not in name),
    suffix=st.text(st.characters(codec="utf-8"), min_size=1, max_size=32),
)
def test_pywikibots_files_are_read_as_they_were_written(wiki: str, name: str, suffix: str) -> None:
    """Whatever the names hold: quotes, signs, other scripts."""
    account = BotAccount(wiki, name, suffix, SECRET)
    config = account_files.user_config(wiki, name)
    assert account_files.read(config, account_files.user_password(account)) == account
    assert SECRET not in repr(account)
