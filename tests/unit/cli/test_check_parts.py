"""The parts of `check` that need no wiki."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.checks import (
    Check,
    Verdict,
    account,
    desk,
    exit_code,
    machine,
    posting,
    protection,
    rights,
    wiki_pages,
)
from bot.checks.protection import Reach
from bot.config import Config, load
from bot.desk.headers import HEADERS, OVER_HTTPS
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
        ([Verdict.PASSED, Verdict.WARNED], 0),
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
    words = config(tmp_path, OPERATOR.replace("b@mail.example", "ask at the village pump"))
    warned = machine.operator(words, public=True)
    assert warned.verdict is Verdict.WARNED
    assert "no mail address" in warned.found
    assert "User-Agent policy" in warned.mend


def test_desk_address_on_a_public_wiki(tmp_path: Path) -> None:
    """Links to cases go over https, but on a trial wiki."""
    bare = config(tmp_path)
    assert machine.https(bare, public=False).verdict is Verdict.PASSED
    assert machine.https(bare, public=True).verdict is Verdict.FAILED
    sealed = config(tmp_path, 'desk: {url: "https://desk.example"}\n')
    assert machine.https(sealed, public=True).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("livez", "healthz", "said", "verdict", "word"),
    [
        (200, 200, "ok", Verdict.PASSED, "alive"),
        (200, 200, "the network has ended", Verdict.PASSED, "has ended"),
        (200, 503, "the worker is silent", Verdict.FAILED, "has not heard of the worker"),
        (200, 503, "the store is out of reach", Verdict.FAILED, "does not reach its store"),
        (200, 404, "", Verdict.FAILED, "/healthz answers with 404"),
        (503, 503, "No webservice", Verdict.FAILED, "nothing answers behind"),
        (502, 502, "Bad gateway", Verdict.FAILED, "nothing answers behind"),
        (404, 404, "", Verdict.FAILED, "answers with 404"),
        (302, 302, "", Verdict.FAILED, "answers with 302"),
    ],
)
def test_the_desk(
    monkeypatch: pytest.MonkeyPatch,
    livez: int,
    healthz: int,
    said: str,
    verdict: Verdict,
    word: str,
) -> None:
    """A desk without worker or store is told apart from something that is no desk."""

    def get(url: str, **_how: object) -> requests.Response:
        answer = requests.Response()
        answer.status_code = {"livez": livez, "healthz": healthz}[url.rpartition("/")[2]]
        answer.raw = io.BytesIO(said.encode())
        return answer

    monkeypatch.setattr(requests, "get", get)
    found = next(desk.look("http://127.0.0.1:8300"))
    assert (found.verdict, word in found.found) == (verdict, True)


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (requests.exceptions.SSLError("expired"), "no certificate that browsers would trust"),
        (requests.exceptions.ConnectionError("NameResolutionError"), "is not known"),
        (requests.exceptions.ConnectionError("refused"), "nothing answers"),
        (requests.exceptions.ReadTimeout("slow"), "nothing answers"),
    ],
)
def test_a_desk_that_is_not_reached(
    monkeypatch: pytest.MonkeyPatch, error: Exception, word: str
) -> None:
    """A certificate, a misspelt name and a closed port each have their own mend."""

    def get(*_words: object, **how: object) -> None:
        assert how["allow_redirects"] is False
        raise error

    monkeypatch.setattr(requests, "get", get)
    [found] = desk.look("https://desk.example")
    assert (found.verdict, word in found.found, bool(found.mend)) == (Verdict.FAILED, True, True)


SENT = {**HEADERS, **OVER_HTTPS}


def test_headers_as_the_desk_sends_them() -> None:
    """All of them, whatever the case of their names; over http without what is for https."""
    assert desk.headers(SENT, sealed=True).verdict is Verdict.PASSED
    small = {name.lower(): value for name, value in SENT.items()}
    assert desk.headers(small, sealed=True).verdict is Verdict.PASSED
    assert desk.headers(HEADERS, sealed=False).verdict is Verdict.PASSED
    assert desk.headers(HEADERS, sealed=True).verdict is Verdict.FAILED


@pytest.mark.parametrize("name", SENT)
def test_a_header_that_a_proxy_drops(name: str) -> None:
    """Each is missed by its name, and the line that brings it back is told."""
    left = {other: value for other, value in SENT.items() if other != name}
    found = desk.headers(left, sealed=True)
    assert (found.verdict, found.found) == (Verdict.FAILED, f"{name} is missing")
    assert f'add_header {name} "{SENT[name]}" always;' in found.mend
    assert found.mend.count("add_header") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Cache-Control", "public, max-age=60"),
        ("Referrer-Policy", "no-referrer, unsafe-url"),
        ("X-Robots-Tag", "all"),
        ("X-Content-Type-Options", "sniff"),
        ("X-Frame-Options", "SAMEORIGIN"),
        ("Content-Security-Policy", "default-src *; frame-ancestors 'none'"),
        ("Strict-Transport-Security", "max-age=0"),
    ],
)
def test_a_header_that_a_proxy_weakens(name: str, value: str) -> None:
    """It is there and does not protect: what it says is shown."""
    found = desk.headers(SENT | {name: value}, sealed=True)
    assert (found.verdict, found.found) == (Verdict.FAILED, f"{name} is “{value}”")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Cache-Control", "private, no-store"),
        ("Referrer-Policy", "unsafe-url, no-referrer"),
        ("X-Robots-Tag", "noindex, nofollow"),
        ("X-Content-Type-Options", "nosniff, nosniff"),
        ("X-Frame-Options", "DENY, deny"),
        ("Content-Security-Policy", HEADERS["Content-Security-Policy"] + ", default-src 'self'"),
        ("Strict-Transport-Security", "max-age=63072000; includeSubDomains; preload"),
    ],
)
def test_a_header_that_a_proxy_makes_stricter(name: str, value: str) -> None:
    """What protects as much or more is fine."""
    assert desk.headers(SENT | {name: value}, sealed=True).verdict is Verdict.PASSED


def test_headers_that_a_proxy_adds() -> None:
    """What lets something out is named, and no value of a cookie is."""
    more = {"Access-Control-Allow-Origin": "*", "NEL": "{}", "Set-Cookie": "id=MARKER"}
    found = desk.headers(SENT | more, sealed=True)
    assert all(f"{name} was added" in found.found for name in more)
    assert "MARKER" not in found.found + found.mend
    assert "proxy_hide_header NEL;" in found.mend


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
    """After long rest no key is in use, and the page cannot be right."""
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


GROUPS: list[dict[str, Any]] = [
    {"name": "*", "rights": ["edit"]},
    {"name": "user", "rights": ["edit", "editmyuserjson"]},
    {"name": "autoconfirmed", "rights": ["editsemiprotected"]},
    {"name": "templateeditor", "rights": ["templateeditor"]},
    {"name": "sysop", "rights": ["edit", "editprotected", "editinterface", "edituserjson"]},
]
NAMESPACES = {"2": {}, "8": {"namespaceprotection": "editinterface"}, "10": {}}


def _protected(*levels: str) -> dict[str, Any]:
    return {"ns": 10, "protection": [{"type": "edit", "level": level} for level in levels]}


@pytest.mark.parametrize(
    ("page", "reach"),
    [
        ({"ns": 10}, Reach.EVERYBODY),
        (_protected("autoconfirmed"), Reach.SETTLED),
        (_protected("sysop"), Reach.NOBODY),
        (_protected("templateeditor"), Reach.NOBODY),
        (_protected("autoconfirmed", "sysop"), Reach.NOBODY),
        ({"ns": 10, "protection": [{"type": "move", "level": "sysop"}]}, Reach.EVERYBODY),
        ({"ns": 8, "contentmodel": "wikitext"}, Reach.NOBODY),
        ({"ns": 8, "contentmodel": "javascript"}, Reach.NOBODY),
        ({"ns": 2, "contentmodel": "json"}, Reach.NOBODY),
        # Made as wikitext, the key page is like any subpage, whatever its name ends with.
        ({"ns": 2, "contentmodel": "wikitext"}, Reach.EVERYBODY),
    ],
)
def test_who_could_change_a_page(page: dict[str, Any], reach: Reach) -> None:
    """Protection, namespace and content model each ask for a right; some groups are everybody."""
    page = {"title": "User:PeerSupportBot/peer-support.json"} | page
    assert protection.reach_of(page, NAMESPACES, GROUPS) is reach


def test_a_wiki_whose_everybody_may_more() -> None:
    """What counts are the wiki's own rights, not what they mostly are."""
    page = {"title": "MediaWiki:Gadget-peer-support.js", "ns": 8, "contentmodel": "javascript"}
    rights = ["edit", "editinterface"]
    user = {"name": "user", "rights": rights}
    assert protection.reach_of(page, NAMESPACES, [user]) is Reach.NOBODY
    rights.append("editsitejs")
    assert protection.reach_of(page, NAMESPACES, [user]) is Reach.EVERYBODY
