"""Every column of the store: what it holds, what it lies under, and when it goes.

A column that is not in `FIELDS` fails the tests, so nobody can add one without answering this. The
page `docs/data.md` is drawn from here (`stage.data_page`), and a test lets time pass and looks.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from bot.store.lifetimes import Ends


@enum.unique
class Under(enum.Enum):
    """What has to be had, beside the row, to read a field."""

    NOTHING = "nothing"
    HASH = "only a SHA-256 is kept"
    MARK = "only a keyed hash is kept"
    MASTER = "the master secret"
    CASE = "a key of this case alone"
    ROSTER = "the roster's key"
    ACCOUNTS = "the accounts' key"


@dataclass(frozen=True)
class Field:
    """What a column holds, what it lies under, and when it goes (None: with its row)."""

    what: str
    under: Under = Under.NOTHING
    ends: Ends | None = None


def _fields(**columns: str | Field) -> Mapping[str, Field]:
    return {n: Field(f) if isinstance(f, str) else f for n, f in columns.items()}


_NUMBER = "the row's number"
_WHEN = "a time"
_SAID = "said already, yes or no"

ROWS: Mapping[str, Ends] = {
    "settings": Ends.NETWORK,
    "page_keys": Ends.NETWORK,
    "revisions": Ends.REVISION,
    "messages": Ends.MESSAGE,
    "cases": Ends.CASE_ROW,
    "offers": Ends.OFFER,
    "case_keys": Ends.PAIR,
    "case_secrets": Ends.PAIR,
    "talk": Ends.CLOSING,
    "complaints": Ends.COMPLAINT,
    "supporters": Ends.SUPPORTER,
    "outbox": Ends.MAIL,
    "links": Ends.LINK,
    "sign_ins": Ends.SIGN_IN,
    "account_links": Ends.ACCOUNT_LINK,
    "marks": Ends.MARK,
    "events": Ends.CASE_ROW,
    "tallies": Ends.TALLY,
}
"""When a row goes as a whole."""

FIELDS: Mapping[str, Mapping[str, Field]] = {
    "settings": _fields(
        name="what it is: state, last round, counts that belong to nobody, wrapped keys, what was "
        "set aside (by number), where the intake page was moved, which supporters (by number) no "
        "mail reaches, why the wiki does not let the bot in (with a keyed hash of what it logs in "
        "with)",
        value=Field("its value; the store's own three keys are wrapped", Under.MASTER),
    ),
    "page_keys": _fields(
        id="the key's public name",
        public="its public half, as it stood on the key page",
        wrapped=Field("its private half", Under.MASTER, Ends.PAGE_KEY),
        made_at=_WHEN,
        expires_at=_WHEN,
        destroyed_at=_WHEN,
    ),
    "revisions": _fields(
        revid="a revision of the intake page, as in its public history",
        saved_at=_WHEN,
        read_at=_WHEN,
        readable="whether its text was there",
    ),
    "messages": _fields(
        id=_NUMBER,
        revid="the revision that brought it: so who wrote it, as the public history shows",
        place="which one of that revision",
        sealed_envelope="sealed, or by hand",
        digest=Field("to know it again", Under.HASH, Ends.PAGE_KEY),
        key_id="the public name of the key it was sealed to",
        outcome="what became of it",
        reason="why, in a word",
        recorded_at=_WHEN,
    ),
    "cases": _fields(
        id=_NUMBER,
        ref="the reference",
        state="where it stands",
        due_at=_WHEN,
        locale="the language of its mails",
        languages="the languages asked for",
        topics="the topics chosen",
        channels="the ways to talk that were allowed",
        prefer=Field("wishes about who supports", ends=Ends.CLOSING),
        requester_mark=Field("the account", Under.MARK, Ends.IDENTITY),
        notify="whether to ring by Wikimail",
        received_at=_WHEN,
        waiting_since=_WHEN,
        look_at=_WHEN,
        begun_at=_WHEN,
        supporter=Field("who supports it, a user id", ends=Ends.CLOSING),
        accepted_at=_WHEN,
        taken=_SAID,
        contact_by=_WHEN,
        nudged=_SAID,
        more_time=_SAID,
        contacted_at=_WHEN,
        story_gone="whether the story is erased",
        last_sign_at=_WHEN,
        silence_told=_SAID,
        nobody_else=_SAID,
        nobody_could_told=_SAID,
        nobody_yet_told=_SAID,
        requester_rung=_SAID,
        supporter_rung=_SAID,
        complained=_SAID,
        reported=_SAID,
        pair_kept="whether a complaint can still be made",
        rated=_SAID,
        outcome="how it ended",
        closed_at=_WHEN,
    ),
    "offers": _fields(
        id=_NUMBER,
        case_id=Field("which case", ends=Ends.CLOSING),
        supporter="who was asked, a user id",
        state="what came of it",
        made_at=_WHEN,
        sent_at=_WHEN,
        answer_by=_WHEN,
        reminded=_SAID,
        ended_at=_WHEN,
    ),
    "case_keys": _fields(
        case_id="which case",
        secret="which key: identity, story, conversation, or the pair for a complaint",  # noqa: S106
        supporter=Field("whose conversation, a user id", ends=Ends.CLOSING),
        wrapped=Field("a key: goes with what it opens, see case_secrets and talk", Under.MASTER),
    ),
    "case_secrets": _fields(
        case_id="which case",
        secret="identity, story or pair",  # noqa: S106
        supporter="0",
        sealed=Field(
            "who asked and whom to avoid; message, addresses, words; the pair", Under.CASE
        ),
    ),
    "talk": _fields(
        id=_NUMBER,
        case_id="which case",
        supporter="with whom, a user id",
        said_by="which side",
        at=_WHEN,
        sealed=Field("a message of the conversation", Under.CASE),
    ),
    "complaints": _fields(
        id=_NUMBER,
        ref="the case's reference",
        said_by="which side",
        sealed=Field("whom it is about, and who is named", Under.ACCOUNTS, Ends.UNDECIDED),
        made_at=_WHEN,
        decided_at=_WHEN,
        decision="what was decided",
    ),
    "supporters": _fields(
        user_id="the account's number",
        sealed=Field("name, languages, hours, and all else on the roster", Under.ROSTER),
        changed_at=_WHEN,
    ),
    "outbox": _fields(
        id=_NUMBER,
        kind="which mail; no text and no link is kept",
        role="for which side",
        priority="how soon",
        case_id="which case; not with a supporter once it is closed",
        recipient=Field(
            "a supporter's or coordinator's user id; of anybody else only until it is sent, and "
            "never that of who has a case"
        ),
        coordinator="the name of a coordinator",
        reason="a code, a language, or revision ids",
        state="where it stands",
        made_at=_WHEN,
        not_before=_WHEN,
        posts="how often it was posted",
        posted_at=_WHEN,
        outcome="the wiki's answer, a code",
        ended_at=_WHEN,
    ),
    "links": _fields(
        digest=Field("the link's token", Under.HASH),
        door="what it opens",
        case_id="which case",
        supporter=Field("whose it is, a user id", ends=Ends.CLOSING),
        made_at=_WHEN,
        expires_at=_WHEN,
        ended_at=_WHEN,
    ),
    "sign_ins": _fields(
        id=_NUMBER,
        door="which form of the desk",
        sealed=Field("the name that somebody entered", Under.ACCOUNTS),
        made_at=_WHEN,
    ),
    "account_links": _fields(
        digest=Field("the link's token", Under.HASH),
        door="what it opens",
        account="the account's number",
        sealed=Field("its name and language", Under.ACCOUNTS),
        made_at=_WHEN,
        expires_at=_WHEN,
    ),
    "marks": _fields(
        id=_NUMBER,
        kind="which limit",
        mark=Field("the account", Under.MARK),
        detail=Field("requester and supporter together", Under.MARK),
        at=_WHEN,
        expires_at=_WHEN,
    ),
    "events": _fields(
        id=_NUMBER,
        case_id="which case",
        at=_WHEN,
        name="what happened, a word",
    ),
    "tallies": _fields(
        quarter="three months",
        dimension="counted by outcome, language, topic or wait; never by two of them",
        value="which outcome, language, topic or wait",
        cases="how many cases that closed; it belongs to none of them",
    ),
}
