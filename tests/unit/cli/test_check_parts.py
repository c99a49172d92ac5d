"""The parts of `check` that need no wiki."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from bot.checks import Check, Verdict, account, exit_code, machine, posting, rights, wiki_pages
from bot.config import Config, load
from bot.store.intake import PageKey

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OPERATOR = "operator: {name: A, privacy_contact: b@mail.example, hosting_permission: C}\n"


def config(tmp_path: Path, more: str = "") -> Config:
    """Read a small configuration with these lines more."""
    file = tmp_path / "peer-support.yaml"
    file.write_text(f'wiki: {{intake: "Project:In"}}\ncoordinators: [Coral]\n{more}')
    return load(file, {})


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ([Verdict.PASSED, Verdict.NOT_TRIED], 0),
        ([Verdict.PASSED, Verdict.FAILED], 1),
        ([Verdict.FAILED, Verdict.OUT_OF_REACH], 3),
    ],
)
def test_exit_code(verdicts: list[Verdict], code: int) -> None:
    """Out of reach outweighs a failure, for not everything was looked at."""
    assert exit_code(Check("name", verdict, "found") for verdict in verdicts) == code


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("http://127.0.0.1:8080/index.php", False),
        ("http://127.9.9.9/", False),
        ("http://localhost:8080/", False),
        ("http://[::1]:8080/", False),
        ("https://meta.wikimedia.org/wiki/X", True),
        ("http://10.0.0.3/", True),
    ],
)
def test_public_wikis(address: str, public: bool) -> None:
    """Public is every wiki that is not on this very machine."""
    assert machine.is_public(address) is public


def test_operator_on_a_public_wiki(tmp_path: Path) -> None:
    """Each field that is not set is named; on a trial wiki none has to be."""
    bare = config(tmp_path)
    assert machine.operator(bare, public=False).verdict is Verdict.PASSED
    lacking = machine.operator(bare, public=True)
    assert lacking.verdict is Verdict.FAILED
    assert "operator.name, operator.privacy_contact, operator.hosting" in lacking.found
    assert machine.operator(config(tmp_path, OPERATOR), public=True).verdict is Verdict.PASSED


def test_desk_address_on_a_public_wiki(tmp_path: Path) -> None:
    """Links to cases go over https, but on a trial wiki."""
    bare = config(tmp_path)
    assert machine.https(bare, public=False).verdict is Verdict.PASSED
    assert machine.https(bare, public=True).verdict is Verdict.FAILED
    sealed = config(tmp_path, 'desk: {url: "https://desk.example"}\n')
    assert machine.https(sealed, public=True).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("status", "verdict", "word"),
    [
        (200, Verdict.PASSED, "alive"),
        (503, Verdict.FAILED, "has not heard of the worker"),
        (404, Verdict.FAILED, "answers with 404"),
        (302, Verdict.FAILED, "answers with 302"),
    ],
)
def test_the_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, verdict: Verdict, word: str
) -> None:
    """A desk without a worker is told apart from something that is no desk."""
    answer = requests.Response()
    answer.status_code = status
    monkeypatch.setattr(requests, "get", lambda *_words, **_how: answer)
    found = machine.desk(config(tmp_path))
    assert (found.verdict, word in found.found) == (verdict, True)


def test_file_modes(tmp_path: Path) -> None:
    """Files that others can read are named in the command that mends them; absent ones are not."""
    tight, loose = tmp_path / "tight", tmp_path / "loose"
    tight.touch(0o600)
    loose.touch(0o640)
    assert machine.modes([tight, tmp_path / "absent"]).verdict is Verdict.PASSED
    assert machine.modes([tight, loose]).mend == f"chmod 600 {loose}"


def test_rights() -> None:
    """Missing ones are told as grants, needless ones in words, unknown ones by name."""
    assert rights.missing(rights.EXPECTED, must_create=True) == []
    assert rights.needless(rights.EXPECTED) == []
    assert rights.missing({"edit", "sendemail"}, must_create=False) == [
        rights.NEEDED["editmyuserjson"]
    ]
    held = {*rights.EXPECTED, "delete", "undelete", "block", "viewmyprivateinfo", "dance"}
    assert rights.needless(held) == [
        "delete pages",
        "block accounts",
        "read its own e-mail address",
    ]
    assert rights.unknown(held) == ["dance"]


@pytest.mark.parametrize(
    ("limits", "verdict"),
    [
        ({}, Verdict.PASSED),
        ({"sendemail": {"user": {"hits": 20, "seconds": 86400}}}, Verdict.FAILED),
        ({"emailuser": {"user": {"hits": 20, "seconds": 86400}}}, Verdict.FAILED),
        ({"sendemail": {"user": {"hits": 20, "seconds": 3600}}}, Verdict.PASSED),
    ],
)
def test_mail_limit(limits: dict[str, dict[str, dict[str, int]]], verdict: Verdict) -> None:
    """The wiki's limit, whatever its period, is held against the mails of a day."""
    assert account.mail_limit(limits, 200).verdict is verdict


@pytest.mark.parametrize(("seconds", "verdict"), [(20, Verdict.PASSED), (-90, Verdict.FAILED)])
def test_clock(seconds: int, verdict: Verdict) -> None:
    """A minute apart from the wiki is too much, in either direction."""
    wiki = NOW + timedelta(seconds=seconds)
    assert account.clock(NOW, NOW + timedelta(seconds=1), wiki).verdict is verdict


@pytest.mark.parametrize(
    ("page", "well"),
    [
        ('{"state": "open", "keys": [{"id": "k1", "public": "AQ"}]}', True),
        ('{"state": "paused", "keys": [{"id": "k1", "public": "AQ"}]}', False),
        ('{"state": "open", "keys": [{"id": "k1", "public": "Ag"}]}', False),
        ('{"state": "open", "keys": [{"id": "k2", "public": "AQ"}]}', False),
        ('{"state": "open", "keys": ["k1"]}', False),
        ('{"state": "open"}', False),
        ("[]", False),
        ("{", False),
    ],
)
def test_key_page(page: str, well: bool) -> None:
    """State, id and public half have to be those of the store; whatever else stands there fails."""
    mine = [PageKey("k1", b"\x01", b"private", NOW, NOW, None)]
    assert wiki_pages.read_keys(page, mine, is_open=True)[1] is well


def test_no_key_in_use() -> None:
    """After long rest no key is in use, and the page can not be right."""
    assert not wiki_pages.read_keys('{"state": "open", "keys": []}', [], is_open=True)[1]


@pytest.mark.parametrize(
    ("page", "protection", "word"),
    [
        ({"missing": True}, "", "does not exist"),
        ({"contentmodel": "json"}, "", "is no wikitext"),
        ({}, "editinterface", "is where only accounts with the right editinterface"),
        ({"protection": [{"type": "move", "level": "sysop"}]}, "", None),
    ],
)
def test_intake_page(page: dict[str, object], protection: str, word: str | None) -> None:
    """What would keep a newcomer from writing is said; protection against moves does not."""
    found = wiki_pages.unfit(page, {"namespaceprotection": protection} if protection else {})
    assert found is None if word is None else found is not None and found[0].startswith(word)


def test_refusals_of_a_test_post() -> None:
    """A filter, a captcha and anything unknown fail; a block of that account says nothing."""
    for code in ("abusefilter-warning", "captcha", "spamblacklist"):
        assert posting.refused(code, "Rosa").verdict is Verdict.FAILED
    assert posting.refused("autoblocked", "Rosa").verdict is Verdict.NOT_TRIED


def test_a_test_post_by_no_newcomer() -> None:
    """Rights that newcomers lack may be why it passed, so that is said."""
    assert "sysop" in posting.took("Iface", ["sysop"]).found
    assert "newcomer" not in posting.took("Rosa", []).found
