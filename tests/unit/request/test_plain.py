"""Plain requests are read as generously as people type; nothing is cut and nothing guessed."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.request.avoided import names_in
from bot.request.page import read_revision
from bot.request.plain import PlainProblem, PlainRequest, complete, identity, read_named, read_plain
from bot.request.request import Published, Request

CASES = Path(__file__).parents[2] / "data" / "plain"


def load(name: str) -> Any:
    """Read one of the data files."""
    return yaml.safe_load((CASES / name).read_text(encoding="utf-8"))


def published(**changes: Any) -> Published:
    """Give what the data files suppose to be published."""
    data: dict[str, Any] = load("published.yaml") | {"plain_requests": True} | changes
    return Published(**{name: frozen(value) for name, value in data.items()})


def frozen(value: Any) -> Any:
    """Turn the lists of a data file into tuples."""
    if isinstance(value, dict):
        return {name: frozen(inside) for name, inside in value.items()}
    return tuple(value) if isinstance(value, list) else value


LANGUAGES = load("languages.yaml")
REQUESTS = load("requests.yaml")


def test_there_are_cases_enough() -> None:
    """Sixty whole requests at least, and somebody's words in ten languages at least."""
    spoken = {case["expected"]["languages"][0] for case in REQUESTS if "expected" in case}
    assert len(REQUESTS) >= 60
    assert len(spoken) >= 10


@pytest.mark.parametrize("case", LANGUAGES, ids=[case["name"] for case in LANGUAGES])
def test_languages_are_known_by_what_people_call_them(case: dict[str, Any]) -> None:
    """A language named in any language CLDR knows, or by code, is found among other words."""
    text = f"{{{{Peer support request|languages={case['value']}}}}}"
    request = read_plain(text, published())
    assert isinstance(request, PlainRequest)
    assert list(request.languages) == case["expected"]


@pytest.mark.parametrize("case", REQUESTS, ids=[case["name"] for case in REQUESTS])
def test_requests_are_read_as_they_were_meant(case: dict[str, Any]) -> None:
    """Each whole request gives what its case expects, found on a page and read from its slice."""
    (found,) = read_revision("", f"Before\n{case['input']}").plain
    read = read_plain(found.text, published())
    if "problem" in case:
        assert read == PlainProblem(tuple(case["problem"]))
        return
    expected = dict(case["expected"])
    message, avoided = expected.pop("message", ""), expected.pop("avoid", [])
    meant = {name: tuple(value) for name, value in expected.items()}
    rest = {"topics": (), "channels": published().channels, "prefer": ()}
    assert isinstance(read, PlainRequest)
    assert read == PlainRequest(message=message, avoid=read.avoid, **(rest | meant))
    # Every reading is among them; one name too many hurts nobody.
    assert set(avoided) <= names_in(read.avoid)


@pytest.mark.parametrize(
    "name",
    [
        *("avoid", "avoids", "exclude", "not to", "vermeiden", "meiden", "ausschließen"),
        *("éviter", "exclure", "evitar", "excluir", "تجنب", "استبعاد"),
    ],
)
def test_whom_to_avoid_is_read_by_every_name_of_its_field(name: str) -> None:
    """A name lost there is somebody who could be asked about the request."""
    text = f"{{{{Peer support request|languages=de|{name}=Example user}}}}"
    request = read_plain(text, published())
    assert isinstance(request, PlainRequest)
    assert "Example user" in names_in(request.avoid)


def test_there_are_enough_cases() -> None:
    """At least sixty real-looking cases are read."""
    assert len(LANGUAGES) + len(REQUESTS) >= 60


def test_a_longer_name_goes_before_a_shorter_one_in_it() -> None:
    """Who names the group chat does not get the channel whose name stands in it."""
    channels = {"one": ("Signal",), "group": ("Signal group chat",)}
    asked = published(channels=tuple(channels), channel_labels=channels)
    for text, meant in {
        "Signal group chat": ("group",),
        "Signal": ("one",),
        "not Signal": ("group",),
        "not Signal group chat": ("one",),
    }.items():
        read = read_plain(f"{{{{Peer support request|languages=de|channels={text}}}}}", asked)
        assert isinstance(read, PlainRequest)
        assert read.channels == meant, text


def test_a_message_over_the_limit_is_refused_and_not_cut() -> None:
    """The limit counts characters as read; 200 fit, 201 do not."""
    text = "{{{{Peer support request|languages=de|message={}}}}}"
    read = read_plain(text.format("ä" * 200), published())
    assert isinstance(read, PlainRequest)
    assert read.message == "ä" * 200
    assert read_plain(text.format("ä" * 201), published()) == PlainProblem(("message",))


def test_lists_keep_their_marks() -> None:
    """What was counted one by one is read so, with dots or with numbers."""
    text = "{{Peer support request|languages=de|message=\n* one\n# two\n# three\n}}"
    read = read_plain(text, published())
    assert isinstance(read, PlainRequest)
    assert [line.split() for line in read.message.splitlines() if line] == [
        ["*", "one"],
        ["#", "two"],
        ["#", "three"],
    ]


def test_no_free_text_means_none() -> None:
    """With zero characters published any message is a problem, an empty one is not."""
    text = "{{{{Peer support request|languages=de|message={}}}}}"
    none = published(message_characters=0)
    assert read_plain(text.format("Hello"), none) == PlainProblem(("message",))
    assert isinstance(read_plain(text.format(" <!-- Hello -->"), none), PlainRequest)


def test_plain_requests_can_be_closed() -> None:
    """While none are published as accepted, none is read."""
    text = "{{Peer support request|languages=de}}"
    read = read_plain(text, published(plain_requests=False))
    assert read == PlainProblem(("plain_requests",))


def test_more_than_twenty_avoided_is_a_problem() -> None:
    """The bound of the sealed request holds here too."""
    names = ";".join(f"User {number}" for number in range(21))
    text = f"{{{{Peer support request|languages=de|avoid={names}}}}}"
    assert read_plain(text, published()) == PlainProblem(("avoid",))


def test_twenty_avoided_are_none() -> None:
    """So many may be named; and what can be no name is a problem however few there are."""
    text = "{{{{Peer support request|languages=de|avoid={}}}}}"
    names = ";".join(f"User {number}" for number in range(20))
    assert isinstance(read_plain(text.format(names), published()), PlainRequest)
    for no_name in ("a>b", "[[User:A]], a>b"):
        assert read_plain(text.format(no_name), published()) == PlainProblem(("avoid",))


@pytest.mark.parametrize(
    "text",
    ["{{Peer support request|" + "{{a|" * 70, "{{Peer support request|" + "a" * 9000, "", "Hello"],
)
def test_what_the_parser_must_not_see_is_a_problem(text: str) -> None:
    """A slice out of bounds, or none at all, never reaches the parser from anywhere."""
    assert read_plain(text, published()) == PlainProblem(("template",))


def test_completed_it_is_a_request_without_addresses() -> None:
    """What the bot draws is added; a public page holds no contact."""
    plain = read_plain("{{Peer support request|languages=de|message=Hello}}", published())
    assert isinstance(plain, PlainRequest)
    request = complete(
        plain,
        ref="K7QF9M2D",
        words=("amber", "tiger", "window"),
        status_token="q83vASNFZ4mrze8BI0VniQ",
        locale="de",
        notify=True,
    )
    assert isinstance(request, Request)
    assert (request.languages, request.message, request.contact) == (("de",), "Hello", ())


def test_identity_is_author_and_normalised_text() -> None:
    """White space and comments do not make another request; another author does."""
    one = identity(1, "{{Peer support request|languages=de}}")
    assert one == identity(1, "{{Peer  support\nrequest|languages=de<!-- x -->}}")
    assert one != identity(2, "{{Peer support request|languages=de}}")
    assert one != identity(1, "{{Peer support request|languages=fr}}")
    # Where the number ends and the text begins makes a difference.
    assert identity(1, "2") != identity(12, "")
    assert identity(1, "12") != identity(11, "2")
    # Half a character, as broken programs write it, is read as well.
    assert identity(1, "\ud800") != identity(1, "\ud801")


@given(st.text(max_size=200), st.sampled_from(["languages", "channels", "message", "avoid"]))
def test_whatever_people_type_is_read_or_refused(text: str, field: str) -> None:
    """No text makes the reader crash, and what is read keeps to every bound."""
    slice_text = f"{{{{Peer support request|languages=de|{field}={text}}}}}"
    read = read_plain(slice_text, published())
    assert isinstance(read, PlainRequest | PlainProblem)
    if isinstance(read, PlainRequest):
        assert 1 <= len(read.languages) <= 5
        assert set(read.channels) <= set(published().channels)
        assert read.channels
        assert len(read.message) <= 200
        assert read_named(text).people <= 20


MARKUP = st.lists(
    st.sampled_from(
        [
            *("{{", "}}", "[[", "]]", "|", "=", "<b>", "</b>", "<!--", "-->", "<nowiki>", "''"),
            *("\n*", "message", "languages", "de", "User:", "~~~~", "&#9999999999;", "{|", "|}"),
            *("[http://", " "),
        ]
    ),
    max_size=40,
).map("".join)


@given(MARKUP)
def test_broken_markup_is_read_or_refused(markup: str) -> None:
    """No heap of markup makes the reader crash."""
    for found in read_revision("", "{{Peer support request|" + markup).plain:
        assert isinstance(read_plain(found.text, published()), PlainRequest | PlainProblem)
