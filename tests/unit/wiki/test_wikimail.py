"""Each way in which posting a mail can end has one outcome; FACTS, "EmailUser"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.wiki.errors import NoAnswerError, WikiDownError
from bot.wiki.refused import LogInError, Refusal
from bot.wiki.session import Wiki
from bot.wiki.wikimail import (
    Blocked,
    MailOutcome,
    NotEmailable,
    RateLimited,
    Refused,
    Sent,
    Uncertain,
    WikiDown,
    post,
)
from tests.unit.wiki.scripted import TOKEN, Answer, ScriptedWiki, answer, error

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def posted(*answers: Answer) -> tuple[MailOutcome, ScriptedWiki]:
    """Post a mail to a wiki that gives these answers to it."""
    wiki = ScriptedWiki(TOKEN, *(("emailuser", one) for one in answers))
    return post(wiki, "Salma", "A subject", "MARKER text", NOW), wiki


def failure(code: str) -> Answer:
    """Make the answer that is a failure inside a success, as hooks and mail servers cause it."""
    return answer({"emailuser": {"result": "Failure", "errors": [{"code": code}]}})


@pytest.mark.parametrize("result", ["Success", "Warnings"])
def test_success_and_warnings_are_sent(result: str) -> None:
    """A mail that was sent with warnings was sent."""
    outcome, wiki = posted(answer({"emailuser": {"result": result}}))
    assert isinstance(outcome, Sent)
    assert wiki.script == []


@pytest.mark.parametrize(
    "code",
    [
        "noemailtext",
        "noemail",
        "nowikiemailtext",
        "nowikiemail",
        "baduser_target",
        "emailnotarget",
        "notarget",
        "nosuchuser",
        "nosuchusershort",
        "invaliduser",
        "user-mail-no-addy",
    ],
)
def test_who_can_not_be_written_to(code: str) -> None:
    """An account without address, without wish for mail, or not there, is not emailable."""
    for given in (error(code), failure(code)):
        outcome, _ = posted(given)
        assert outcome == NotEmailable(code)


@pytest.mark.parametrize(
    "code",
    [
        "usermaildisabled",
        "cantsend",
        "permissiondenied",
        "badaccess-group0",
        "badaccess-groups",
        "blocked",
        "autoblocked",
        "systemblocked",
        "mailnologin",
        "mustbeloggedin",
    ],
)
def test_our_own_account_may_not(code: str) -> None:
    """Where our own account may not send, nothing was sent, and it is told apart from others."""
    for given in (error(code), failure(code)):
        outcome, _ = posted(given)
        assert outcome == Blocked(code)


@pytest.mark.parametrize("code", ["assertuserfailed", "assertnameduserfailed"])
def test_an_account_that_cannot_stay_logged_in_may_not(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Logged out, it logs in and tries once more; logged out again, our own account may not."""
    logged_in: list[bool] = []
    monkeypatch.setattr(Wiki, "log_in", lambda _wiki, *, again: logged_in.append(again))
    assert posted(error(code), error(code))[0] == Blocked(code)
    assert logged_in == [True]
    assert posted(failure(code))[0] == Blocked(code)


def test_an_account_that_is_not_let_in_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logged out at the very moment, and the log-in is refused: the mail has to go later."""

    def refuse(_wiki: Wiki, *, again: bool) -> None:
        assert again
        raise LogInError(Refusal.THROTTLED, "login-throttled")

    monkeypatch.setattr(Wiki, "log_in", refuse)
    assert posted(error("assertuserfailed"))[0] == WikiDown("log-in-throttled")


def test_rate_limited_says_until_when() -> None:
    """A limit that is reached names when to go on: the wiki's word, or in an hour."""
    outcome, _ = posted(error("ratelimited"))
    assert outcome == RateLimited("ratelimited", NOW + timedelta(hours=1))
    outcome, _ = posted(answer("Too many", status=429, headers={"retry-after": "90"}))
    assert outcome == RateLimited("ratelimited", NOW + timedelta(seconds=90))


@pytest.mark.parametrize("code", ["readonly", "maxlag"])
def test_the_wiki_takes_nothing_now(code: str) -> None:
    """A wiki that is read-only or lags has done nothing: later is safe."""
    outcome, _ = posted(error(code))
    assert outcome == WikiDown(code)


def test_not_reached() -> None:
    """A connection that was never made has sent nothing."""
    outcome, _ = posted(WikiDownError("no-connection"))
    assert outcome == WikiDown("no-connection")


@pytest.mark.parametrize(
    "given",
    [
        NoAnswerError("timeout"),
        NoAnswerError("connection-lost"),
        answer("<html>502 Bad Gateway</html>", status=502),
        answer("<html>a page</html>"),
        answer('{"emailuser": {"resu'),
        answer("", status=504),
        answer("[]"),
        answer({"emailuser": {"result": "Perhaps"}}),
        answer({}),
        answer({"emailuser": {"result": "Success"}}, status=500),
    ],
)
def test_no_answer_that_can_be_read_is_uncertain(given: Answer) -> None:
    """Whatever cannot be read may have been sent, and is posted only once here."""
    outcome, wiki = posted(given)
    assert isinstance(outcome, Uncertain)
    assert [call["action"] for call in wiki.calls] == ["query", "emailuser"]


@pytest.mark.parametrize(
    "code",
    [
        "pear-mail-error",
        "php-mail-error",
        "php-mail-error-unknown",
        "user-mail-no-body",
        "hookaborted",
        "spamprotectiontext",
        "captcha-emailuser-fail",
        "abusefilter-disallowed",
        "internal_api_error_DBQueryError",
        "a-code-of-next-year",
    ],
)
def test_what_is_not_said_about_the_recipient_is_refused(code: str) -> None:
    """The mailer, a hook, a captcha, or a code nobody knows: nothing of it is the recipient's."""
    for given in (error(code), failure(code)):
        outcome, _ = posted(given)
        assert outcome == Refused(code)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 408, 413, 418, 421, 451])
@pytest.mark.parametrize(
    "body", ["<!DOCTYPE html><title>403 Forbidden</title>", "", '{"message": "denied"}', "[]"]
)
def test_turned_away_in_front_of_the_wiki_nothing_was_sent(status: int, body: str) -> None:
    """A firewall's 4xx is no answer of the wiki's: the mail is certainly not out."""
    outcome, wiki = posted(answer(body, status=status))
    assert outcome == WikiDown(f"http-{status}")
    assert [call["action"] for call in wiki.calls] == ["query", "emailuser"]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_the_wikis_own_breakdown_may_come_after_the_mail(status: int) -> None:
    """What answers so has let the request through: nobody knows how far it came."""
    outcome, _ = posted(answer("<!DOCTYPE html><title>Error</title>", status=status))
    assert outcome == Uncertain(f"http-{status}")


def test_the_wikis_own_words_count_whatever_the_status() -> None:
    """A wiki may say 4xx with its own error; and with its own success nobody knows what it is."""
    assert posted(error("noemail", status=400))[0] == NotEmailable("noemail")
    for status in (400, 403, 499, 500, 503):
        done = answer({"emailuser": {"result": "Success"}}, status=status)
        assert posted(done)[0] == Uncertain(f"http-{status}")
    done = answer({"emailuser": {"result": "Success"}}, status=399)
    assert posted(done)[0] == Sent("success")


def test_a_failure_without_a_code_is_refused() -> None:
    """What a hook, a captcha or the mail server refuses is refused, with its code."""
    outcome, _ = posted(answer({"emailuser": {"result": "Failure"}}))
    assert outcome == Refused("failure")
    outcome, _ = posted(error("some-new-code"))
    assert outcome == Refused("some-new-code")


def test_a_stale_token_is_fetched_once_more() -> None:
    """With a bad token nothing was sent: a new one, and one more post; not a third."""
    wiki = ScriptedWiki(
        TOKEN,
        ("emailuser", error("badtoken")),
        TOKEN,
        ("emailuser", answer({"emailuser": {"result": "Success"}})),
    )
    assert isinstance(post(wiki, "Salma", "s", "t", NOW), Sent)
    wiki = ScriptedWiki(
        TOKEN, ("emailuser", error("badtoken")), TOKEN, ("emailuser", error("badtoken"))
    )
    assert post(wiki, "Salma", "s", "t", NOW) == Refused("badtoken")


def test_without_a_token_nothing_is_posted() -> None:
    """When even the token cannot be had, the mail is certainly not sent."""
    wiki = ScriptedWiki(("query", NoAnswerError("timeout")))
    assert post(wiki, "Salma", "s", "t", NOW) == WikiDown("timeout")


def test_no_code_carries_text() -> None:
    """A code that is not one is not kept: it could be anything."""
    outcome, _ = posted(answer({"errors": [{"code": "MARKER text with blanks"}]}))
    assert outcome == Refused("unknown")
    outcome, _ = posted(failure("MARKER text with blanks"))
    assert "MARKER" not in outcome.code


def test_mail_goes_without_maxlag() -> None:
    """A mail is never held back by the lag of the wiki's replicas, and is sent as our account."""
    _, wiki = posted(answer({"emailuser": {"result": "Success"}}))
    sent = wiki.calls[-1]
    assert "maxlag" not in sent
    assert (sent["assert"], sent["assertuser"]) == ("user", "PeerSupportBot")
