"""What the answers come to: files and values that say just these answers, and keep all else."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.config import load, read
from bot.config.lists import SHIPPED
from bot.problems import InputError
from bot.setup.answers import Answers, changes
from bot.setup.given import over
from bot.setup.ground import EXAMPLE, families, judge
from bot.setup.written import for_files, for_variables
from bot.wiki import account_files
from tests.unit.setup.folders import ANSWERS, LOG_IN, SECRET, everything, ground, said, write


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
    assert "“nowiki-at-all”: " in problems[2].what
    secret = {"database": "mysql://me:MARKER@h/n", "account": "me@MARKER MARKER@x"}
    assert "MARKER" not in "".join(map(str, over(ANSWERS, secret, judges)[1]))
