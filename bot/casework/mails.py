"""The text of every mail, from facts that are safe to send; nothing the requester wrote is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.casework.effects import MailKind
from bot.casework.limits import Refusal
from bot.dates import moment_text
from bot.i18n import Messages


@dataclass(frozen=True)
class Facts:
    """What a mail may say; each kind uses what it needs.

    `language` is the name of the language to speak, in the reader's own. Lists hold labels, not
    ids. `words` are the three words, only ever given to the requester.
    """

    reader: str
    run_by: str | None = None
    ref: str | None = None
    link: str | None = field(default=None, repr=False)
    language: str = ""
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    answer_by: datetime | None = None
    timezone: str = "UTC"
    word: str = field(default="", repr=False)
    words: tuple[str, ...] = field(default=(), repr=False)
    reason: str = ""
    where_to_turn: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letter:
    """A mail as it goes out."""

    subject: str
    text: str = field(repr=False)


_WITH_DIRECTORY = frozenset(
    {
        MailKind.RECEIPT,
        MailKind.NOBODY_COULD,
        MailKind.NOBODY_YET,
        MailKind.GAVE_UP,
        MailKind.GOODBYE,
    }
)


def compose(kind: MailKind, facts: Facts, messages: Messages) -> Letter:
    """Write a mail in the reader's language."""

    def say(key: str, *parameters: str | int) -> str:
        return messages.text(key, facts.reader, *parameters)

    about = say(f"mail-{kind.value}-subject")
    subject = (
        say("mail-subject", shown(facts.ref), about)
        if facts.ref
        else say("mail-subject-without-case", about)
    )
    parts = [say("mail-greeting"), *_body(kind, facts, messages)]
    if kind in _WITH_DIRECTORY and facts.where_to_turn:
        parts.append("\n".join([say("mail-where-to-turn"), *facts.where_to_turn]))
    if facts.word:
        parts.append(say("mail-word", facts.word))
    return Letter(subject, _with_footer(parts, facts, messages))


def compose_together(told: Sequence[tuple[MailKind, Facts]], messages: Messages) -> Letter:
    """Write one mail about several things, for a coordinator; of one thing it is that mail."""
    if len(told) == 1:
        return compose(*told[0], messages)
    first = told[0][1]

    def say(key: str, *parameters: str | int) -> str:
        return messages.text(key, first.reader, *parameters)

    subject = say("mail-subject-without-case", say("mail-digest-subject", len(told)))
    parts = [say("mail-greeting")]
    for kind, facts in told:
        parts += ["* * *", *_body(kind, facts, messages)]
    return Letter(subject, _with_footer(parts, first, messages))


def compose_trial(facts: Facts, messages: Messages) -> Letter:
    """Write the mail by which whoever sets a network up sees that mails arrive."""

    def say(key: str, *parameters: str | int) -> str:
        return messages.text(key, facts.reader, *parameters)

    subject = say("mail-subject-without-case", say("mail-trial-subject"))
    return Letter(subject, _with_footer([say("mail-greeting"), say("mail-trial")], facts, messages))


def shown(ref: str) -> str:
    """Write a reference as people read it: K7QF-9M2D."""
    return f"{ref[:4]}-{ref[4:]}"


def _with_footer(parts: list[str], facts: Facts, messages: Messages) -> str:
    footer = messages.text("mail-footer", facts.reader)
    if facts.run_by:
        footer += "\n" + messages.text("mail-run-by", facts.reader, facts.run_by)
    return "\n\n".join([*parts, "-- \n" + footer]) + "\n"


def _body(kind: MailKind, facts: Facts, messages: Messages) -> list[str]:
    def say(key: str, *parameters: str | int) -> str:
        return messages.text(key, facts.reader, *parameters)

    def listed(items: tuple[str, ...]) -> str:
        return say("list-separator").join(items) if items else say("list-none")

    key = f"mail-{kind.value}"
    link = facts.link or ""
    match kind:
        case MailKind.OFFER | MailKind.OFFER_REMINDER:
            body = [say(key, facts.language, link, _date(facts))]
            if facts.topics:
                body.append(say("mail-offer-topics", listed(facts.topics)))
            ways = say("mail-offer-channels", listed(facts.channels))
            return [*body, ways if facts.channels else say("offer-no-way")]
        case MailKind.NEED:
            lists = (listed(facts.languages), listed(facts.topics), listed(facts.channels))
            return [say(key, shown(facts.ref or ""), *lists)]
        case MailKind.NOT_TAKEN:
            refused = facts.reason in {why.value for why in Refusal}
            then = say("mail-not-taken-where" if refused else "mail-not-taken-again", link)
            why = say(f"not-taken-{facts.reason}")
            return [say(key, why), then, say("mail-not-taken-not-yours")]
        case MailKind.INTAKE_TROUBLE:
            return [say(f"mail-intake-trouble-{facts.reason}"), say(key, link)]
        case MailKind.SURGE | MailKind.ALARM:
            alarm = kind is MailKind.ALARM
            reason = facts.reason
            said = say(f"mail-alarm-{reason}" if alarm else f"mail-surge-{reason}")
            return [said] if facts.reason.endswith("over") else [said, say(key, link)]
        case MailKind.COMPLAINT:
            return [say(key, shown(facts.ref or ""), link)]
        case _:
            words = " ".join(facts.words)
            return [say(key, link), *(say(more, link, words) for more in _more(kind, facts))]


def _more(kind: MailKind, facts: Facts) -> list[str]:
    """Name the paragraphs that some mails have beside the first."""
    match kind:
        case MailKind.HANDED_BACK if facts.reason == "story-gone":
            return ["mail-handed-back-words"]
        case MailKind.ENDED_REQUESTER if facts.link:
            return ["mail-ended-requester-link"]
        case MailKind.RECEIPT if facts.words:
            return ["mail-receipt-words", "mail-receipt-limits"]
        case MailKind.RECEIPT:
            return ["mail-receipt-limits"]
    return []


def _date(facts: Facts) -> str:
    if facts.answer_by is None:
        message = "an offer says by when to answer"
        raise AssertionError(message)
    return moment_text(facts.answer_by, facts.timezone, facts.reader)
