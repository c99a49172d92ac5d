"""The payload: strict JSON, strict types, every bound, and no crash whatever it holds."""

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.request.payload import Invalid, Malformed, read_payload
from bot.request.request import Decoy, Published, Request

if TYPE_CHECKING:
    from tests.unit.request.conftest import Network

PUBLISHED = Published(("t1", "t2"), ("desk", "wikimail", "signal"), ("women",), 100, True)
GOOD: dict[str, Any] = {
    "type": "request",
    "ref": "K7QF9M2D",
    "locale": "de",
    "languages": ["de"],
    "topics": [],
    "channels": ["desk"],
    "contact": {},
    "message": "",
    "avoid": [],
    "prefer": [],
    "words": ["amber", "tiger", "window"],
    "status_token": "q83vASNFZ4mrze8BI0VniQ",
    "notify": False,
}


def read(**changes: Any) -> Request | Decoy | Malformed | Invalid:
    """Read a good payload with some fields changed."""
    return read_payload(json.dumps(GOOD | changes).encode(), PUBLISHED)


def request(**changes: Any) -> Request:
    """Read a payload that must be a request."""
    found = read(**changes)
    assert isinstance(found, Request)
    return found


def test_every_field_arrives(network: "Network", payload: dict[str, Any]) -> None:
    """A full payload gives a full request, normalised and in its order."""
    found = read_payload(json.dumps(payload).encode(), network.published)
    assert found == Request(
        ref="K7QF9M2D",
        locale="de",
        languages=("de", "pt-br"),
        topics=("harassment", "other"),
        channels=("signal", "desk"),
        contact=(("signal", "canary-address"),),
        message="canary-message",
        avoid=("Canary name",),
        prefer=("women",),
        words=("canaryone", "canarytwo", "canarythree"),
        status_token="q83vASNFZ4mrze8BI0VniQ",
        notify=True,
    )


WRONG: list[tuple[str, Any]] = [
    *[(field, value) for field in GOOD if field != "type" for value in (None, 7, 1.5)],
    *[(field, True) for field in GOOD if field not in {"type", "notify"}],
    *[(field, {"a": "b"}) for field in GOOD if field not in {"type", "contact"}],
    *[(field, []) for field in ("ref", "locale", "languages", "channels", "contact", "words")],
    *[(field, "de") for field in ("languages", "topics", "channels", "contact", "words")],
    *[(field, [1]) for field in ("languages", "topics", "channels", "avoid", "prefer", "words")],
    *[("ref", ref) for ref in ("", "K7QF9M2", "K7QF9M2DX", "k7qf9m2d", "K7QF-9M2", "ILOU0000")],
    *[("ref", ref) for ref in ("K7QF9M2D\n", "٠١٢٣٤٥٦٧")],
    *[("locale", code) for code in ("", "x", "de_DE", "de\n", "de" * 200)],
    *[("languages", codes) for codes in (["de"] * 6, [""], ["klingonisch"], [["de"]])],
    ("topics", ["t1"] * 6),
    ("channels", ["pigeon"]),
    ("contact", {"desk": 1}),
    ("contact", {"desk": "ä" * 101}),
    ("contact", {"gone": "x" * 201}),
    ("message", "x" * 101),
    *[("avoid", names) for names in (["x"] * 21, ["a#b"], ["a/b"], ["x" * 256])],
    ("prefer", ["women"] * 6),
    *[("words", words) for words in (["a", "b"], ["a", "b", "c", "d"], ["a", "b", ""])],
    *[("words", ["a", "b", word]) for word in ("x" * 41, "a\nb", "a\u202eb")],
    *[("status_token", text) for text in ("", "AAAA", "q83vASNFZ4mrze8BI0Vni", "A" * 129)],
    *[("status_token", text) for text in ("q83vASNFZ4mrze8BI0VniQ==", "q83v SNFZ4mrze8BI0VniQ")],
    *[("notify", value) for value in ("true", 0, 1)],
    ("notify", []),
]


@pytest.mark.parametrize(
    ("locale", "read_as"),
    [
        *(
            ("de-formal", "de-formal"),
            ("sr-ec", "sr-ec"),
            ("simple", "en"),
            ("zh-classical", "lzh"),
        ),
        *(("qqx", "en"), ("german", "en"), ("xx-nope", "en"), ("fr-help-me", "fr")),
    ],
)
def test_whatever_the_wiki_is_shown_in(locale: str, read_as: str) -> None:
    """`uselang` takes anything: nobody's request is refused for the language of their buttons."""
    found = read(locale=locale)
    assert isinstance(found, Request)
    assert found.locale == read_as


def test_languages_carry_no_words() -> None:
    """Of a code what is known is kept; two that are the same then are one."""
    found = read(languages=["de-rosa-was-here", "zh-hant-tw", "de"])
    assert isinstance(found, Request)
    assert found.languages == ("de", "zh-hant-tw")


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wrong_field_is_named(field: str, value: Any) -> None:
    """Missing, of the wrong type or out of bounds: invalid, and that field alone is named."""
    assert read(**{field: value}) == Invalid((field,))


@pytest.mark.parametrize("field", [field for field in GOOD if field != "type"])
def test_a_missing_field_is_named(field: str) -> None:
    """Every field of the table must be there."""
    payload = {name: value for name, value in GOOD.items() if name != field}
    assert read_payload(json.dumps(payload).encode(), PUBLISHED) == Invalid((field,))


@pytest.mark.parametrize("kind", [None, "", "Request", "reply", 1, True, ["request"], {}])
def test_another_type_is_invalid(kind: object) -> None:
    """Only the two types of the protocol are known."""
    assert read(type=kind) == Invalid(("type",))


def test_a_decoy_needs_nothing_else() -> None:
    """A decoy is its type; what else it holds is of no interest."""
    assert read_payload(b'{"type":"decoy"}', PUBLISHED) == Decoy()
    assert read_payload(b'{"type":"decoy","message":1}', PUBLISHED) == Decoy()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'"request"',
        b"null",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b'{"type":"decoy"} x',
        b'{"type":"decoy","type":"decoy"}',
        b'{"type":"decoy","x":{"a":1,"a":2}}',
        b'{"type":"decoy","x":NaN}',
        b'{"type":"decoy","x":-Infinity}',
        b'{"type":"decoy","x":"\\ud800"}',
        b'{"type":"decoy","\\udfff":1}',
        b'{"type":"decoy","x":"\xed\xa0\x80"}',
        b'{"type":"decoy","x":"\n"}',
        b"[" * 4094,
        b'{"a":' * 800,
        b'{"type":"decoy","x":' + b"[" * 2000 + b"]" * 2000 + b"}",
        b'{"x":' + b"9" * 4080 + b"",
    ],
)
def test_what_is_no_json_object_is_malformed(data: bytes) -> None:
    """UTF-8, JSON, halves of surrogate pairs, twice the same name, NaN, depth: malformed."""
    assert read_payload(data, PUBLISHED) == Malformed()


def test_bounds_are_inside() -> None:
    """What is exactly at a bound is taken."""
    found = request(
        languages=["de", "en", "fr", "es", "ar"],
        message="x" * 100,
        contact={"desk": "ä" * 100},
        avoid=[f"User {number}" for number in range(20)],
        words=["a" * 40, "b", "c"],
    )
    assert len(found.languages) == 5
    assert len(found.avoid) == 20
    assert found.contact == (("desk", "ä" * 100),)


def test_a_message_counts_characters_and_bytes() -> None:
    """One emoji is one character; 3000 bytes are the other bound."""
    roomy = Published(("t1",), ("desk",), (), 5000, True)
    for text, fits in (("🌱" * 750, True), ("🌱" * 751, False)):
        found = read_payload(json.dumps(GOOD | {"message": text}).encode(), roomy)
        assert isinstance(found, Request) is fits
    assert request(message="🌱" * 100).message == "🌱" * 100


def test_the_message_is_data() -> None:
    """Nothing in a message is trimmed, read as markup or changed."""
    text = " }} {{Peer support envelope|v=1}}\r\n\t<b>&amp; ~~~~ "
    assert request(message=text).message == text


def test_what_is_no_longer_published_is_dropped() -> None:
    """Topics, channels and wishes that are gone fall away; the rest keeps its order."""
    found = request(topics=["gone", "t2", "t1"], channels=["gone", "signal"], prefer=["gone"])
    assert (found.topics, found.channels, found.prefer) == (("t2", "t1"), ("signal",), ())


def test_what_stands_twice_counts_once() -> None:
    """Lists collapse and keep their order; two spellings of one account are one."""
    found = request(
        languages=["en", "de", "EN"],
        topics=["t2", "t1", "t2"],
        channels=["signal", "desk", "signal"],
        avoid=["foo", "Foo", "User:foo", "foo "],
    )
    assert found.languages == ("en", "de")
    assert found.topics == ("t2", "t1")
    assert found.channels == ("signal", "desk")
    assert found.avoid == ("Foo",)


def test_addresses_only_for_chosen_channels() -> None:
    """An address for a channel that was not chosen, or an empty one, is not kept."""
    found = request(
        channels=["signal", "desk"],
        contact={"wikimail": "a", "desk": "  ", "signal": " +49\n1 ", "gone": "b"},
    )
    assert found.contact == (("signal", "+49 1"),)


def test_empty_names_and_addresses_are_nobody() -> None:
    """An IP address can be no supporter, and a blank line names nobody."""
    assert request(avoid=["", " ", "192.0.2.1", "2001:db8::1"]).avoid == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=5), inside),
    max_leaves=15,
)


@given(st.binary())
def test_any_bytes_are_read(data: bytes) -> None:
    """No bytes make the reader crash."""
    assert isinstance(read_payload(data, PUBLISHED), Request | Decoy | Malformed | Invalid)


@given(st.dictionaries(st.sampled_from(list(GOOD)), JSON, max_size=4))
def test_any_values_are_read(changes: dict[str, Any]) -> None:
    """No value of any field makes the reader crash, and what is invalid names known fields."""
    found = read(**changes)
    assert isinstance(found, Request | Decoy | Malformed | Invalid)
    if isinstance(found, Invalid):
        assert set(found.fields) <= set(GOOD)
        assert "type" in found.fields or set(found.fields) <= set(changes)
