"""The form of a private request keeps to exactly the bounds of a sealed one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from werkzeug.datastructures import MultiDict

from bot.request.ask_form import AskForm, Drawn, read, typed
from bot.request.avoided import names_in
from bot.request.request import Published, Request

PUBLISHED = Published(
    topics=("alone", "stress"),
    channels=("desk", "wikimail", "email"),
    backgrounds=("women",),
    message_characters=1000,
    plain_requests=False,
)
DRAWN = Drawn("K7QF9M2D", ("amber", "tiger", "window"), "A" * 22, "de")
WELL = AskForm(languages=("de",), channels=("desk",))
WITH_ADDRESS = frozenset({"email"})


def troubles(form: AskForm) -> list[tuple[str, str]]:
    """Say what is wrong with a form: field and code."""
    found = read(form, PUBLISHED, WITH_ADDRESS, DRAWN)
    return [] if isinstance(found, Request) else [(one.place, one.code) for one in found]


def test_a_full_form_is_a_request() -> None:
    """Every field comes through, with what was drawn."""
    form = AskForm(
        languages=("de",),
        other="Swahili",
        topics=("stress",),
        channels=("email", "desk"),
        contact={"email": " rosa@mail.example ", "desk": "ignored", "wikimail": "ignored"},
        message="A few words.",
        avoid="Ravi",
        prefer=("women",),
        notify=False,
    )
    assert read(form, PUBLISHED, WITH_ADDRESS, DRAWN) == Request(
        ref="K7QF9M2D",
        locale="de",
        languages=("de", "sw"),
        topics=("stress",),
        channels=("email", "desk"),
        contact=(("email", "rosa@mail.example"),),
        message="A few words.",
        avoid=("Ravi",),
        prefer=("women",),
        words=("amber", "tiger", "window"),
        status_token="A" * 22,
        notify=False,
    )


def test_an_address_for_a_way_left_out_is_dropped() -> None:
    """What was typed before the tick was taken away goes nowhere."""
    form = replace(WELL, contact={"email": "rosa@mail.example"})
    found = read(form, PUBLISHED, WITH_ADDRESS, DRAWN)
    assert isinstance(found, Request)
    assert found.contact == ()


@pytest.mark.parametrize(
    ("form", "found"),
    [
        (WELL, []),
        (replace(WELL, message="x" * 1000), []),
        (replace(WELL, message="x" * 1001), [("message", "too-long")]),
        (replace(WELL, message="\N{VIOLIN}" * 750), []),
        (replace(WELL, message="\N{VIOLIN}" * 751), [("message", "bytes")]),
        (replace(WELL, languages=("de", "en", "fr", "es", "ar")), []),
        (
            replace(WELL, languages=("de", "en", "fr", "es", "ar"), other="it"),
            [("languages", "too-many")],
        ),
        (replace(WELL, languages=(), other="de"), []),
        (replace(WELL, languages=()), [("languages", "no-language")]),
        (replace(WELL, languages=(), other="Blah"), [("other", "language")]),
        (replace(WELL, languages=("<b>",)), [("form", "unreadable")]),
        (replace(WELL, channels=("pigeon",)), [("channels", "no-channel")]),
        (replace(WELL, channels=("pigeon", "desk")), []),
        (replace(WELL, channels=("email",)), [("address-email", "no-address")]),
        (replace(WELL, channels=("email",), contact={"email": "x" * 200}), []),
        (
            replace(WELL, channels=("email",), contact={"email": "ü" * 101}),
            [("address-email", "long-address")],
        ),
        (replace(WELL, topics=tuple("abcdef")), [("topics", "too-many")]),
        (replace(WELL, topics=("gone",)), []),
        (replace(WELL, prefer=tuple("abcdef")), [("prefer", "too-many")]),
        (replace(WELL, avoid="\n".join(f"Account {n}" for n in range(20))), []),
        (
            replace(WELL, avoid="\n".join(f"Account {n}" for n in range(21))),
            [("avoid", "too-many")],
        ),
        (replace(WELL, avoid="<b>\nRosa\n<i>"), [("avoid", "name"), ("avoid", "name")]),
    ],
)
def test_bounds(form: AskForm, found: list[tuple[str, str]]) -> None:
    """At each bound it is taken, and beyond it told beside the field."""
    assert troubles(form) == found


def test_a_name_is_kept_as_it_was_typed() -> None:
    """With every reading: what stands around it, or in it, can belong to it."""
    found = read(
        replace(WELL, avoid="Harald K.\n(XYZ), Smith, John"), PUBLISHED, WITH_ADDRESS, DRAWN
    )
    assert isinstance(found, Request)
    assert {"Harald K.", "(XYZ)", "Smith, John", "John"} <= names_in(found.avoid)


def test_a_form_comes_as_browsers_send_it() -> None:
    """Line ends are one character each, as the gadget counts them; a box not ticked is absent."""
    sent = MultiDict(
        [
            ("languages", "de"),
            ("languages", "en"),
            ("languages", "de"),
            ("message", "a\r\nb\rc"),
            ("channels", "desk"),
            ("address-email", "x"),
        ]
    )
    form = typed(sent, PUBLISHED)
    assert form.languages == ("de", "en")
    assert form.message == "a\nb\nc"
    assert form.contact["email"] == "x"
    assert not form.notify


def test_what_was_typed_is_in_no_repr() -> None:
    """No traceback and no log line can carry it."""
    form = replace(WELL, message="MARKER", avoid="MARKER", contact={"email": "MARKER"})
    found = read(replace(form, other="MARKER"), PUBLISHED, WITH_ADDRESS, DRAWN)
    assert "MARKER" not in repr((form, found, DRAWN))
