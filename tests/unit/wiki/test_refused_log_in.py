"""Why a wiki lets an account not in: each code named, tried rarely, and over by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import pywikibot

from bot.problems import InputError
from bot.store.keyring import MARKS, Keyring
from bot.troubles import of_wiki
from bot.wiki import session
from bot.wiki.errors import ApiError, WikiError
from bot.wiki.log_in import be_in_passwords, log_in_by_password, mark_of
from bot.wiki.refused import LONGEST, WORDS, LogInError, Patience, Refusal, refusal_of
from bot.wiki.session import Wiki
from bot.wiki.told import told
from tests.unit.wiki.scripted import ScriptedWiki, answer, error

START = datetime(2026, 11, 1, tzinfo=UTC)
OUT = ("query", error("assertuserfailed"))
WELL = ("query", answer({"query": {}}))
ASK = {"action": "query", "meta": "userinfo"}


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("wrongpassword", Refusal.WRONG),
        ("botpasswords-not-exist", Refusal.WRONG),
        ("login-throttled", Refusal.THROTTLED),
        ("botpasswords-locked", Refusal.LOCKED),
        ("mwoauth-invalid-authorization-blocked-user", Refusal.BLOCKED),
        ("login-userblocked", Refusal.BLOCKED),
        ("botpasswords-needs-reset", Refusal.RESET),
        ("resetpassword-anything", Refusal.RESET),
        ("botpasswords-restriction-failed", Refusal.ELSEWHERE),
        ("mwoauth-invalid-authorization-not-approved", Refusal.CONSUMER),
        ("api-login-fail-aborted", Refusal.MORE_STEPS),
        ("what-nobody-has-heard-of", Refusal.OTHER),
    ],
)
def test_every_code_has_a_cause(code: str, refusal: Refusal) -> None:
    """MediaWiki's codes, CentralAuth's and OAuth's are sorted; what is unknown is said as such."""
    assert refusal_of(code) is refusal
    problem = of_wiki(LogInError(refusal, code))
    assert problem.what.startswith(WORDS[refusal][0])
    assert code in problem.what


def test_throttled_is_not_called_wrong() -> None:
    """The words for a throttled log-in blame no password, and only they end by waiting."""
    assert "does not take this account" not in WORDS[Refusal.THROTTLED][0]
    assert [one for one in Refusal if one.ends_by_itself] == [Refusal.THROTTLED]
    assert set(WORDS) == set(Refusal)


def test_it_is_tried_after_minutes_and_more_of_them() -> None:
    """From two minutes to half an hour, which stays below MediaWiki's 150 tries in two days."""
    patience, now, waits = Patience(), START, []
    for _ in range(8):
        patience.refused(LogInError(Refusal.WRONG), now, "ab12")
        assert patience.until is not None
        waits.append(int((patience.until - now).total_seconds() / 60))
        now = patience.until
    assert waits == [2, 4, 8, 16, 30, 30, 30, 30]
    assert timedelta(days=2) / LONGEST < 150


def test_throttled_waits_as_long_as_the_wiki_does() -> None:
    """Not less than five minutes: the wiki takes no password before."""
    patience = Patience()
    patience.refused(LogInError(Refusal.THROTTLED), START, "ab12")
    with pytest.raises(LogInError, match="log-in-throttled"):
        patience.be_patient(START + timedelta(minutes=4, seconds=59), "ab12")
    patience.be_patient(START + timedelta(minutes=5), "ab12")


def test_a_new_password_is_tried_at_once() -> None:
    """Whoever writes another one into the file need not wait."""
    patience = Patience()
    patience.refused(LogInError(Refusal.WRONG), START, "ab12")
    with pytest.raises(LogInError):
        patience.be_patient(START, "ab12")
    patience.be_patient(START, "cd34")
    patience.refused(LogInError(Refusal.WRONG), START, "cd34")
    assert patience.tries == 1


def test_it_outlives_the_process() -> None:
    """Kept in the store and read again; a clock that was put back does not make it longer."""
    patience = Patience()
    assert patience.kept() == ""
    patience.refused(LogInError(Refusal.LOCKED, "botpasswords-locked"), START, "ab12")
    assert Patience.read(patience.kept()) == patience
    patience.be_patient(START - timedelta(days=1), "ab12")
    for broken in (None, "", "{}", "no", '{"refusal": "new"}', "[]"):
        assert Patience.read(broken) == Patience()


class _Site:
    """As much of Pywikibot's site as a log-in asks for; nobody is logged in."""

    def is_oauth_token_available(self) -> bool:
        return False

    def username(self) -> str:
        return "PeerSupportBot"


class _Manager:
    """What the password file says."""

    password: str | None = "secret-MARKER"
    login_name = "PeerSupportBot@peer-support"

    def __init__(self, **_about: Any) -> None:
        pass


def _asked(said: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    def ask(data: dict[str, str], *, post: bool) -> dict[str, Any]:
        if data["action"] == "query":
            assert not post
            return {"query": {"tokens": {"logintoken": "t+"}}}
        assert post, "a password is in no address"
        return said

    return ask


@pytest.mark.parametrize(
    ("login_name", "said", "refusal"),
    [
        ("B@p", {"login": {"result": "Failed", "reason": {"code": "wrongpassword"}}}, "WRONG"),
        (
            "B@p",
            {"login": {"result": "Failed", "reason": {"code": "login-throttled"}}},
            "THROTTLED",
        ),
        ("B@p", {"login": {"result": "Throttled", "wait": 300}}, "THROTTLED"),
        (
            "B@p",
            {"login": {"result": "Failed", "reason": {"code": "botpasswords-locked"}}},
            "LOCKED",
        ),
        ("B@p", {"login": {"result": "Aborted", "reason": "words"}}, "OTHER"),
        ("B", {"clientlogin": {"status": "FAIL", "messagecode": "login-throttled"}}, "THROTTLED"),
        ("B", {"clientlogin": {"status": "FAIL", "messagecode": "wrongpassword"}}, "WRONG"),
        ("B", {"clientlogin": {"status": "UI", "messagecode": "oathauth-login"}}, "MORE_STEPS"),
        ("B", {"clientlogin": {"status": "UI", "messagecode": "resetpass-expired"}}, "RESET"),
    ],
)
def test_an_answer_is_read(
    monkeypatch: pytest.MonkeyPatch, login_name: str, said: dict[str, Any], refusal: str
) -> None:
    """As MediaWiki 1.43 and its forerunners answer, by bot password and by the account's own."""
    monkeypatch.setattr("bot.wiki.log_in.ClientLoginManager", _Manager)
    monkeypatch.setattr(_Manager, "login_name", login_name)
    with pytest.raises(LogInError) as raised:
        log_in_by_password(_Site(), _asked(said))
    assert raised.value.refusal is Refusal[refusal]
    assert "MARKER" not in str(raised.value) + repr(raised.value)


def test_without_a_password_nobody_is_asked_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker has no terminal, and in a terminal the file is where it belongs."""
    monkeypatch.setattr("bot.wiki.log_in.ClientLoginManager", _Manager)
    monkeypatch.setattr(_Manager, "password", None)
    monkeypatch.setattr(pywikibot.config, "password_file", "user-password.py")
    with pytest.raises(InputError, match="No password is known for the account “PeerSupportBot”"):
        log_in_by_password(_Site(), _asked({}))
    with pytest.raises(InputError, match="for the account “iface”") as raised:
        be_in_passwords(_Site(), "iface")
    assert raised.value.problems[0].place.endswith("/user-password.py")


def test_pywikibot_asks_nobody() -> None:
    """By itself it asks for a password where only accounts may read a wiki."""
    with pytest.raises(InputError, match="No password is known"), told():
        pywikibot.input("Password for user X", password=True)


class _Door:
    """Stands for the log-in: refuses as long as it is told to, and counts the tries."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, refusal: Refusal | None) -> None:
        self.refusal, self.tries, self.mark = refusal, 0, "ab12"
        monkeypatch.setattr(session, "mark_of", lambda _site, _keyed: self.mark)
        monkeypatch.setattr(session, "resume", lambda _site, _ask, again: False)
        monkeypatch.setattr(session, "log_in_by_password", self._try)

    def _try(self, _site: object, _ask: object) -> None:
        self.tries += 1
        if self.refusal is not None:
            raise LogInError(self.refusal)


def _at(wiki: Wiki, **span: float) -> None:
    wiki.clock = lambda: START + timedelta(**span)


def test_shut_out_and_let_in_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it is asked meanwhile, the wiki sees one try, and no other request at all."""
    door = _Door(monkeypatch, Refusal.WRONG)
    wiki = ScriptedWiki(OUT)
    _at(wiki)
    for _ in range(20):
        with pytest.raises(LogInError, match="log-in-wrong-password"):
            wiki.call(ASK)
    assert (door.tries, len(wiki.calls)) == (1, 1)
    door.refusal = None
    _at(wiki, seconds=119)
    with pytest.raises(LogInError):
        wiki.call(ASK)
    _at(wiki, minutes=2)
    wiki.script = [WELL]
    wiki.call(ASK)
    assert (door.tries, wiki.patience.refusal) == (2, None)


def test_a_password_file_that_is_broken_meanwhile_is_no_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What raised `InputError` in the middle of a step is told as a log-in that fails."""
    _Door(monkeypatch, None)

    def no_file(*_args: object) -> None:
        raise InputError([])

    monkeypatch.setattr(session, "log_in_by_password", no_file)
    with pytest.raises(WikiError, match="log-in-no-password"):
        ScriptedWiki(OUT).call(ASK)


def test_an_oauth_consumer_that_is_disabled_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """OAuth is judged at each request: its errors are a log-in's, and asked about rarely too."""
    _Door(monkeypatch, Refusal.CONSUMER)
    wiki = ScriptedWiki(("query", error("mwoauth-invalid-authorization-not-approved")))
    _at(wiki)
    for _ in range(3):
        with pytest.raises(LogInError, match="log-in-oauth-refused"):
            wiki.call(ASK)
    assert len(wiki.calls) == 1


def test_a_module_that_oauth_may_not_use_is_no_log_in() -> None:
    """It is that one request which the wiki refuses: all others go on."""
    wiki = ScriptedWiki(("query", error("mwoauth-api-module-disabled")), WELL)
    with pytest.raises(ApiError, match="mwoauth-api-module-disabled"):
        wiki.call(ASK)
    assert wiki.patience.refusal is None
    wiki.call(ASK)


def test_what_is_kept_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash under the store's key: it tells passwords apart, and nobody tries passwords on it."""
    monkeypatch.setattr("bot.wiki.log_in.ClientLoginManager", _Manager)
    keyed, elsewhere = (partial(_keyring(byte).mark, "log-in") for byte in (b"1", b"2"))
    first = mark_of(_Site(), keyed)
    assert mark_of(_Site(), keyed) == first
    assert mark_of(_Site(), elsewhere) != first, "without the key it cannot be made"
    monkeypatch.setattr(_Manager, "password", "another-MARKER")
    assert mark_of(_Site(), keyed) != first
    patience = Patience()
    patience.refused(LogInError(Refusal.WRONG), START, first)
    assert set(json.loads(patience.kept())) == {"refusal", "detail", "tries", "until", "mark"}
    assert "MARKER" not in patience.kept() + repr(patience)


def _keyring(byte: bytes) -> Keyring:
    keyring = Keyring(byte * 32)
    keyring.adopt(MARKS, byte * 32)
    return keyring
