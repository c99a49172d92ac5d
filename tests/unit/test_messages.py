"""The texts people read: complete, documented, said where they should be, and free of leftovers."""

import ast
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from babel import Locale
from jinja2 import Environment, nodes

import bot
from bot.casework.alarms import Alarm
from bot.casework.effects import MailKind
from bot.casework.events import Side
from bot.casework.limits import Refusal
from bot.casework.mails import Facts, Letter, compose
from bot.casework.roster import SupporterStatus
from bot.casework.states import State
from bot.desk.coordinator import Said, Sure
from bot.desk.coordinator_views import STANDS
from bot.desk.me_views import DID
from bot.desk.typed import NotSent
from bot.i18n import Messages, load
from bot.request.request import EnvelopeOutcome
from bot.steps.account_letters import ABOUT_SUPPORTER, SIGN_IN_DOORS

ROOM = Path(bot.__path__[0])
I18N = ROOM / "i18n"
TRANSLATIONS = sorted({file.stem for file in I18N.glob("*.json")} - {"en", "qqq"})
LANGUAGES = ["en", *TRANSLATIONS]

# Nobody says these yet; whoever begins to, or takes one out of en.json, takes it out here too.
# What becomes of a message that its author hears nothing about, or hears as a refusal's own reason.
UNTOLD = {
    EnvelopeOutcome.REQUEST,
    EnvelopeOutcome.DECOY,
    EnvelopeOutcome.DUPLICATE,
    EnvelopeOutcome.REFUSED,
}
REASONS = {
    "no-language",
    "key-unreadable",
    *(why.value for why in Refusal),
    *(what.value.replace("_", "-") for what in EnvelopeOutcome if what not in UNTOLD),
}

WHO_COMPLAINS = {Side.REQUESTER.value, Side.SUPPORTER.value}

# What can be wrong with a field of a form: the second argument wherever trouble is noted.
PROBLEMS = {
    "no-language",
    "language",
    "too-many",
    "no-channel",
    "no-address",
    "long-address",
    "too-long",
    "bytes",
    "name",
    "count",
    "hours",
    "timezone",
    "word",
    "date",
    "past",
    "far",
    "read",
    "unreadable",
}

# Keys that the code puts together, and what may stand in their place.
FAMILIES: dict[str, set[str]] = {
    "mail-{}": {kind.value for kind in MailKind},
    "mail-{}-subject": {kind.value for kind in MailKind},
    "mail-intake-trouble-{}": {
        "missing",
        "moved",
        "moved-to",
        "not-wikitext",
        "protected",
        "deleted",
        "full",
        "over",
    },
    "mail-surge-{}": {"held", "over"},
    "mail-alarm-{}": {
        code for one in Alarm if one.mailed for code in (one.value, f"{one.value}-over")
    },
    "not-taken-{}": REASONS,
    # Whether somebody is asked, the page does not say.
    "desk-status-{}": {state.value for state in State} - {State.OFFERED.value},
    "desk-status-{}-more": {state.value for state in State} - {State.OFFERED.value},
    "desk-not-sent-{}": {why.value for why in NotSent},
    "desk-checklist-{}": {str(number) for number in range(1, 10)},
    "desk-privacy-kept-{}": {
        "envelope",
        "story",
        "conversation",
        "name",
        "case",
        "pair",
        "complaint",
        "marks",
        "mails",
        "supporter",
    },
    "coordinate-said-{}": {said.value for said in Said},
    "coordinate-sure-{}": {sure.value for sure in Sure},
    "coordinate-sure-{}-more": {sure.value for sure in Sure},
    "coordinate-sure-{}-yes": {sure.value for sure in Sure},
    "coordinate-state-{}": {state.value for state in State if state is not State.CLOSED},
    "coordinate-is-{}": set(STANDS.values()),
    "coordinate-band-{}": {"nobody", "few", "several", "many"},
    "coordinate-named-{}": WHO_COMPLAINS,
    "coordinate-decide-{}": WHO_COMPLAINS,
    "coordinate-complaint-{}": WHO_COMPLAINS,
    "coordinate-complaint-{}-more": WHO_COMPLAINS,
    "{}-enter": {"ask", "desk", "join", "me"},
    "{}-enter-more": {"ask", "desk", "join", "me"},
    "enter-problem-{}": PROBLEMS,
    "ask-band-{}": {"few", "several", "many"},
    "ask-wait-{}": {"hours", "days", "weeks", "unknown"},
    "me-status-{}": {status.value for status in SupporterStatus},
    "me-did-{}": set(DID),
    "me-case-{}": {"new", "taken", "contacted"},
}
A_KEY = re.compile(r"(?:mail|desk|ask|enter|join|me|coordinate|not-taken|list|network)-[a-z{}-]+")

# PROGRAMME, "Words": nobody is called so here.
UNKIND = {
    "en": "victim|ticket|client|agent|users?",
    "de": "opfer|tickets?|klient|kunde|nutzer|benutzer|user",
    "fr": "victime|ticket|client|cliente|utilisateur|utilisatrice",
    "es": "víctima|ticket|cliente|usuario|usuaria",
    "ar": "ضحية|الضحية|تذكرة|عميل|مستخدم",
}


@cache
def catalogue(language: str) -> dict[str, str]:
    """Read one message file, without what it says of itself."""
    messages: dict[str, str] = json.loads((I18N / f"{language}.json").read_text("utf-8"))
    messages.pop("@metadata")
    return messages


def parameters(text: str) -> set[str]:
    """Give the places in a message that are filled in."""
    return set(re.findall(r"\$\d+", text))


# The files


def test_all_languages_are_shipped() -> None:
    """The network speaks English, Arabic, German, Spanish and French."""
    assert set(LANGUAGES) == {"en", "ar", "de", "es", "fr"}


def test_every_message_is_documented() -> None:
    """Each message has a word for its translators, and no word is left without its message."""
    assert list(catalogue("qqq")) == list(catalogue("en"))


@pytest.mark.parametrize("language", ["qqq", *LANGUAGES])
def test_file_shape(language: str) -> None:
    """A message file is written as translatewiki.net writes it, names its authors, repeats none."""
    text = (I18N / f"{language}.json").read_text("utf-8")
    pairs: list[str] = []

    def collect(found: list[tuple[str, object]]) -> dict[str, object]:
        pairs.extend(key for key, _ in found)
        return dict(found)

    read = json.loads(text, object_pairs_hook=collect)
    assert len(pairs) == len(set(pairs))
    assert next(iter(read)) == "@metadata"
    assert read["@metadata"]["authors"]
    assert text.removesuffix("\n") == json.dumps(read, indent="\t", ensure_ascii=False)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translations_know_only_english_keys(language: str) -> None:
    """A translation holds nothing that English has not, and in the same order."""
    ours = catalogue(language)
    assert list(ours) == [key for key in catalogue("en") if key in ours]


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translations_are_complete(language: str) -> None:
    """The languages that ship with the program say every message themselves."""
    assert set(catalogue("en")) == set(catalogue(language))


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translations_keep_what_is_filled_in(language: str) -> None:
    """A translation has the parameters of the English message, and as many paragraphs."""
    for key, text in catalogue(language).items():
        english = catalogue("en")[key]
        assert parameters(text) == parameters(english), key
        assert text.count("\n\n") == english.count("\n\n"), key


def test_parameters_are_documented() -> None:
    """What is filled into a message is told to its translators, there or where they are sent."""
    for key, told in catalogue("qqq").items():
        sister = re.search(r"Parameters as in ([a-z-]+)", told)
        said = catalogue("qqq")[sister[1]] if sister else told
        assert parameters(said) == parameters(catalogue("en")[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_markup_but_plural(language: str) -> None:
    """A message's only markup is PLURAL, with no more forms than its language has."""
    forms = len({*Locale.parse(language).plural_form.tags, "other"})
    for key, text in catalogue(language).items():
        for count, choices in re.findall(r"\{\{PLURAL:(\$\d)\|([^{}]*)\}\}", text):
            assert count in parameters(catalogue("en")[key]), key
            assert len(choices.split("|")) <= forms, key
            assert not re.search(r"(?:^|\|)\d+=", choices), key
        rest = re.sub(r"\{\{PLURAL:\$\d\|[^{}]*\}\}", "", text)
        assert not re.search(r"[{}<>\[\]|]", rest.replace("[$1]", "")), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_stand_in_a_mail_as_they_are(language: str) -> None:
    """No message is empty, has blanks at its ends, or a line that mail takes for a signature."""
    for key, text in catalogue(language).items():
        for line in [] if key == "list-separator" else text.split("\n"):
            assert line == line.strip() != "--", key
        assert text.strip(), key
        assert "\t" not in text, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_called_names(language: str) -> None:
    """No message calls a person by a word that the programme does not use."""
    unkind = re.compile(rf"\b(?:{UNKIND[language]})\b", re.IGNORECASE)
    assert not [key for key, text in catalogue(language).items() if unkind.search(text)]


# What the code says


def literal(node: ast.AST) -> str | None:
    """Give a text in the code, with {} for what is put in; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(literal(part) or "{}" for part in node.values)
    return None


def calls(tree: ast.AST, *names: str) -> Iterator[ast.expr]:
    """Give the first argument of each call to one of these."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            called = node.func
            if getattr(called, "id", getattr(called, "attr", None)) in names:
                yield node.args[0]


@cache
def speaking() -> dict[Path, ast.Module]:
    """Parse every module that says something to people; commands say theirs in English."""
    paths = (path for path in ROOM.glob("**/*.py") if path.parent.name != "cli")
    trees = {path: ast.parse(path.read_text("utf-8")) for path in paths}
    return {path: tree for path, tree in trees.items() if any(calls(tree, "say", "said", "ends"))}


def named_in_code() -> set[str]:
    """Give every key, and every family, that stands in a module that speaks."""
    found: set[str | None] = set()
    for tree in speaking().values():
        found |= {literal(argument) for argument in calls(tree, "say", "said", "spoken")}
        whole = (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr))
        pieces = {id(piece) for node in whole for piece in node.values}
        for node in ast.walk(tree):
            text = literal(node) if id(node) not in pieces else None
            if text and A_KEY.fullmatch(text):
                found.add(text)
    return {text for text in found if text}


def named_in_templates() -> set[str]:
    """Give every key, and every family, that a page's template says."""
    found = set()
    for path in (ROOM / "desk" / "templates").glob("*.html"):
        for call in (
            Environment(autoescape=True).parse(path.read_text("utf-8")).find_all(nodes.Call)
        ):
            if isinstance(call.node, nodes.Name) and call.node.name == "say":
                found.add(spelled(call.args[0]))
    return found


def spelled(node: nodes.Node) -> str:
    """Give a key in a template, with {} for what is put in."""
    if isinstance(node, nodes.Const):
        return str(node.value)
    if isinstance(node, nodes.Concat):
        return "".join(spelled(part) for part in node.nodes)
    return "{}"


def said_pages() -> set[str]:
    """Give the keys of the pages that say one thing: those that code, not a template, names."""
    found = set()
    for path, tree in speaking().items():
        if path.parent.name == "desk":
            other = {id(node) for node in calls(tree, "say", "spoken")}
            found |= {
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in other
                and re.fullmatch(r"(?:desk|ask|enter|join|me)-[a-z-]*[a-z]", node.value)
            }
    return found


def used() -> set[str]:
    """Give every key that can be asked for, families spelled out."""
    found = set()
    # Of "{}" and "{}-more", which said.html asks for, each page is counted below.
    for name in (named_in_code() | named_in_templates()) - {"{}", "{}-more"}:
        found |= {name.replace("{}", one) for one in FAMILIES[name]} if "{}" in name else {name}
    return found | {f"{key}-more" for key in said_pages()}


def test_the_scan_sees_what_is_there() -> None:
    """What is found in the code is what a reader finds there, so that the tests below mean it."""
    assert {"mails.py", "app.py", "offer_views.py"} <= {path.name for path in speaking()}
    assert {"mail-greeting", "mail-footer", "list-none"} <= named_in_code()
    assert {"desk-door", "desk-accept", "desk-words", "list-separator"} <= named_in_templates()
    assert {"desk-accepted", "desk-not-here", "desk-withdrawn"} <= said_pages()
    assert "desk-title" not in said_pages()


def test_families_are_those_of_the_code() -> None:
    """Each key that is put together belongs to a family whose members are known."""
    found = {name for name in named_in_code() | named_in_templates() if "{}" in name}
    assert found - {"{}", "{}-more"} == set(FAMILIES)


def test_every_message_said_exists() -> None:
    """Whatever the code or a page asks for, for every kind, state and reason, is in English."""
    assert used() - set(catalogue("en")) == set()


def test_every_message_is_said() -> None:
    """No message is there that nobody says: it would be translated for nothing."""
    assert set(catalogue("en")) == used()


def test_a_page_that_says_one_thing_says_more() -> None:
    """Every page of a heading alone has its text below."""
    assert said_pages()
    assert {f"{key}-more" for key in said_pages()} <= set(catalogue("en"))


# Choosing and filling in


def test_missing_texts_come_from_the_fallbacks() -> None:
    """A text comes in the reader's language, else along MediaWiki's chain, at last in English."""
    messages = Messages(
        {"en": {"a": "A", "b": "B", "c": "C"}, "de": {"a": "Ä", "b": "Be"}, "bar": {"a": "Å"}}
    )
    assert [messages.text(key, "bar") for key in "abc"] == ["Å", "Be", "C"]
    assert [messages.spoken(key, "bar") for key in "abc"] == ["bar", "de", "en"]
    assert messages.text("a", "de-at") == "Ä"
    assert messages.text("a", "tlh") == "A"


def test_a_text_that_nobody_has_is_an_error() -> None:
    """A key that not even English has is a mistake in the program, and is told as one."""
    with pytest.raises(KeyError, match="gone"):
        Messages({"en": {}}).text("gone", "fr")


def test_parameters_are_filled_in() -> None:
    """Parameters come in the order of the message; one that was not given stays to be seen."""
    messages = Messages({"en": {"a": "$2, $1 and $1; $3"}})
    assert messages.text("a", "en", "one", 2) == "2, one and one; $3"


def test_a_parameter_is_never_read_as_markup() -> None:
    """What is filled in stands as it is, whatever it looks like."""
    messages = Messages({"en": {"a": "$1 – $2 – {{PLURAL:$3|$1|many}}"}})
    hostile = "$2 {{PLURAL:$3|one|two}} \\1 \\g<0>"
    assert messages.text("a", "en", hostile, "$1", 1) == f"{hostile} – $1 – {hostile}"


@pytest.mark.parametrize(
    ("language", "forms", "expected"),
    [
        ("en", "one|other", {0: "other", 1: "one", 2: "other", 21: "other"}),
        ("fr", "one|other", {0: "one", 1: "one", 2: "other", 21: "other", 1_000_000: "other"}),
        ("fr", "one|many|other", {0: "one", 2: "other", 1_000_000: "many"}),
        (
            "ar",
            "zero|one|two|few|many|other",
            {
                0: "zero",
                1: "one",
                2: "two",
                3: "few",
                10: "few",
                11: "many",
                99: "many",
                100: "other",
            },
        ),
        ("ar", "zero|one|other", {0: "zero", 1: "one", 2: "other", 3: "other", 100: "other"}),
        ("xx-unknown", "one|other", {1: "one", 2: "other"}),
    ],
)
def test_plurals(language: str, forms: str, expected: dict[int, str]) -> None:
    """The form is the one that CLDR names for the count; where forms are missing, the last."""
    messages = Messages({language: {"a": f"{{{{PLURAL:$1|{forms}}}}}"}})
    assert {count: messages.text("a", language, count) for count in expected} == expected
    assert messages.text("a", language, "2") == expected.get(2, expected[max(expected)])


def test_plurals_are_those_of_the_language_shown() -> None:
    """An English text shown to a French reader counts as English does."""
    messages = Messages({"en": {"a": "$1 {{PLURAL:$1|day|days}}"}, "fr": {}})
    assert [messages.text("a", "fr", count) for count in (0, 1, 2)] == ["0 days", "1 day", "2 days"]


# Mails

REF = "K7QF9M2D"
SHOWN = "K7QF-9M2D"
MARKS = {
    "run_by": "Ines Operates",
    "ref": SHOWN,
    "link": "https://desk.example/offer/tokentoken",
    "language": "Language-To-Speak",
    "languages": "Language-One",
    "topics": "Topic-One",
    "channels": "Channel-One",
    "answer_by": "Pacific/Auckland",
    "word": "marmalade",
    "words": "lantern",
    "where_to_turn": "Somewhere else: help@example.org",
}
LETTER_ALWAYS = {"run_by", "word"}
AN_OFFER = {"link", "language", "topics", "channels", "answer_by"}
TELLS: dict[MailKind, set[str]] = {
    MailKind.CASE_LINK: {"link"},
    MailKind.OFFER: AN_OFFER,
    MailKind.NEED: {"ref", "languages", "topics", "channels"},
    MailKind.INTAKE_TROUBLE: {"link"},
    MailKind.SURGE: {"link"},
    MailKind.ALARM: {"link"},
    MailKind.TAMPERED: {"link"},
    MailKind.UNTAMPERED: set(),
    MailKind.UNREADABLE: {"link"},
    MailKind.PROSE: {"link"},
    MailKind.NO_WAY_BACK: {"link"},
    MailKind.ACCEPTED: {"link"},
    MailKind.HANDED_BACK: {"link"},
    MailKind.NOBODY_COULD: {"link", "where_to_turn"},
    MailKind.NOBODY_YET: {"link", "where_to_turn"},
    MailKind.GAVE_UP: {"where_to_turn"},
    MailKind.GOODBYE: {"where_to_turn"},
    MailKind.GOODBYE_SUPPORTER: set(),
    MailKind.ENDED_REQUESTER: {"link"},
    MailKind.ENDED_SUPPORTER: set(),
    MailKind.NOT_TAKEN: {"link"},
    MailKind.RECEIPT: {"link", "words", "where_to_turn"},
    MailKind.OFFER_REMINDER: AN_OFFER,
    MailKind.CONTACT_NUDGE: {"link"},
    MailKind.SILENCE_REMINDER: {"link"},
    MailKind.MESSAGE: {"link"},
    MailKind.COMPLAINT: {"ref", "link"},
    MailKind.APPLIED: {"link"},
    MailKind.BARRED: set(),
    MailKind.PAUSED_BY_COORDINATOR: {"link"},
    MailKind.TRAINED: {"link"},
    MailKind.IN_TRAINING: {"link"},
    MailKind.APPLICATION_DECLINED: set(),
    MailKind.ASKED_AGAIN: {"link"},
    MailKind.STATUS_LINK: {"link"},
    **{kind: {"link"} for kind in SIGN_IN_DOORS},
}
ABOUT_NO_CASE = {
    MailKind.NOT_TAKEN,
    MailKind.INTAKE_TROUBLE,
    MailKind.SURGE,
    MailKind.ALARM,
    MailKind.TAMPERED,
    MailKind.UNTAMPERED,
    MailKind.UNREADABLE,
    MailKind.PROSE,
    MailKind.NO_WAY_BACK,
    MailKind.APPLIED,
    MailKind.APPLICATION_DECLINED,
    *ABOUT_SUPPORTER,
    *SIGN_IN_DOORS,
}
CASE_MAILS = [kind for kind in MailKind if kind not in ABOUT_NO_CASE]
# Of the mails that need a reason to say anything, one that there is.
A_REASON = {MailKind.ALARM: "not-read", MailKind.INTAKE_TROUBLE: "missing", MailKind.SURGE: "held"}


def letter(kind: MailKind, reader: str, reason: str | None = None) -> Letter:
    """Compose a mail out of every fact there can be."""
    facts = Facts(
        reader=reader,
        run_by=MARKS["run_by"],
        ref=None if kind in ABOUT_NO_CASE else REF,
        link=MARKS["link"],
        language=MARKS["language"],
        languages=(MARKS["languages"], "Language-Two"),
        topics=(MARKS["topics"], "Topic-Two"),
        channels=(MARKS["channels"], "Channel-Two"),
        answer_by=datetime(2026, 11, 23, 9, tzinfo=UTC),
        timezone=MARKS["answer_by"],
        word=MARKS["word"],
        words=(MARKS["words"], "pebble", "harbour"),
        reason=reason or A_REASON.get(kind, "invalid"),
        where_to_turn=(MARKS["where_to_turn"],),
    )
    return compose(kind, facts, load())


def leftovers(text: str) -> list[str]:
    """Find what was not filled in or not found: $1, {{…}}, {name}, %s, ⧼key⧽, a bare key, None."""
    return re.findall(r"\$\d|[{}⧼⧽]|%[sd]|\b(?:mail|desk|not-taken|list)-[a-z-]+|\bNone\b", text)


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize("kind", MailKind, ids=lambda kind: kind.value)
def test_a_mail_tells_its_facts_and_no_others(kind: MailKind, reader: str) -> None:
    """In every language a mail tells each fact of its kind, none of another, and no leftovers."""
    mail = letter(kind, reader)
    told = {name for name, mark in MARKS.items() if mark in mail.text}
    assert told == TELLS[kind] | LETTER_ALWAYS
    assert not leftovers(mail.subject + mail.text)
    assert MARKS["run_by"] not in mail.subject


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize("kind", CASE_MAILS, ids=lambda kind: kind.value)
def test_the_subject_holds_the_reference_and_no_other_fact(kind: MailKind, reader: str) -> None:
    """The subject of every case mail has the reference as people read it, and no more."""
    subject = letter(kind, reader).subject
    assert subject.startswith(f"[{SHOWN}] ")
    assert REF not in subject
    assert {name for name, mark in MARKS.items() if mark in subject} == {"ref"}
    assert "\n" not in subject


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize("reason", sorted(REASONS))
def test_a_message_not_taken_is_told_why(reason: str, reader: str) -> None:
    """Whoever wrote a message that was not taken hears the reason; there is no reference."""
    mail = letter(MailKind.NOT_TAKEN, reader, reason)
    assert f": {load().text(f'not-taken-{reason}', reader)}\n" in mail.text
    assert not leftovers(mail.subject + mail.text)
    assert not re.search(r"[\[\]]|K7QF", mail.subject)


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize("kind", MailKind, ids=lambda kind: kind.value)
def test_a_mail_is_laid_out(kind: MailKind, reader: str) -> None:
    """A mail greets, ends with one signature, and has each link on a line of its own."""
    text = letter(kind, reader).text
    assert text.startswith(load().text("mail-greeting", reader) + "\n\n")
    body, footer = text.split("\n\n-- \n")
    assert footer.startswith(load().text("mail-footer", reader) + "\n")
    assert footer.endswith("\n")
    assert "\n\n\n" not in text
    if "link" in TELLS[kind]:
        assert body.split("\n").count(MARKS["link"]) == 1


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize("kind", CASE_MAILS, ids=lambda kind: kind.value)
def test_a_mail_of_few_facts(kind: MailKind, reader: str) -> None:
    """A mail can do without all that may be missing: topics, words, who runs the network."""
    when = datetime(2026, 11, 23, 9, tzinfo=UTC)
    mail = compose(kind, Facts(reader=reader, ref=REF, link="L", answer_by=when), load())
    assert not leftovers(mail.subject + mail.text)
    assert "\n\n\n" not in mail.text
    assert mail.text.endswith(load().text("mail-footer", reader) + "\n")
    if kind is MailKind.NEED:
        assert mail.text.count(f": {load().text('list-none', reader)}\n") == 3


def test_an_offer_says_by_when() -> None:
    """An offer without a time to answer by is a mistake in the program, and never goes out."""
    with pytest.raises(AssertionError, match="by when"):
        compose(MailKind.OFFER, Facts(reader="en", ref=REF), load())


def test_the_time_to_answer_is_the_readers() -> None:
    """The time is that of the supporter's zone, which is named, written as their language does."""
    assert "23. November 2026, 22:00 (Pacific/Auckland)" in letter(MailKind.OFFER, "de").text


def test_a_reader_whose_language_has_no_dates() -> None:
    """Where CLDR knows no way to write a date, it is written as in English."""
    assert "November 23, 2026" in letter(MailKind.OFFER, "xx-unknown").text
