"""Nothing that somebody typed is lost: where it cannot be taken, the page shows it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.casework import events as on
from bot.casework.effects import Door
from bot.casework.events import Side
from bot.desk.typed import MOST_CHARACTERS, MOST_IN_BOX
from bot.store import talk
from tests.unit.desk.test_conversation import ANA, BORIS, Two, meet

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Scene

EMOJI = "\N{FACE WITH TEARS OF JOY}"
DRAFT = "  dear you,\n\n<b>this</b> & that \u202egnp  "
KEPT = DRAFT.strip()


@pytest.mark.parametrize("side", ["rosa", "ana"])
@pytest.mark.parametrize(
    "text",
    ["x" * MOST_CHARACTERS, EMOJI * 750, EMOJI * MOST_CHARACTERS, "م" * MOST_CHARACTERS],
    ids=["letters", "3,000 bytes of emoji", "8,000 bytes of emoji", "Arabic"],
)
def test_a_message_of_the_full_length_is_taken(scene: Scene, side: str, text: str) -> None:
    """2,000 characters fit, of whatever kind."""
    two = meet(scene)
    write = two.rosa_writes if side == "rosa" else two.ana_writes
    assert write(text).status == 303
    assert two.said() == [text]
    page = two.rosa_sees() if side == "rosa" else two.ana_sees()
    assert text in page.text


@pytest.mark.parametrize(
    "text", ["x" * (MOST_CHARACTERS + 1), "m" * MOST_IN_BOX, "\u3042" * 20_000]
)
def test_a_message_that_is_too_long_stands_in_its_box(scene: Scene, text: str) -> None:
    """Told what to do, with all of it still there, up to all that the box lets in."""
    two = meet(scene)
    before = scene.dump()
    answer = two.rosa_writes(text)
    assert answer.status == 422
    assert scene.says("desk-not-sent-too-long", "2000") in answer.page.text
    assert answer.page.boxes["text"] == text
    assert scene.dump() == before


@pytest.mark.parametrize("text", ["", "   \r\n\t ", "\0\x01\x1b", "\u200b\u2060\ufeff"])
def test_an_empty_message_is_refused_kindly(scene: Scene, text: str) -> None:
    """Blank, control characters alone, or nothing to be seen: said so, and nothing is kept."""
    two = meet(scene)
    before = scene.dump()
    answer = two.ana_writes(text)
    assert answer.status == 422
    assert scene.says("desk-not-sent-empty") in answer.page.text
    assert scene.dump() == before


def test_control_characters_are_taken_out(scene: Scene) -> None:
    """What no keyboard types goes; line ends, tabs and marks of direction stay."""
    two = meet(scene)
    two.rosa_writes("a\0b\x1b[31mc\r\nd\re\tf\x85\x9bg \u202eh\u202c")
    assert two.said() == ["ab[31mc\nd\ne\tfg \u202eh\u202c"]


def test_after_the_half_hour_the_words_wait_at_the_door(scene: Scene) -> None:
    """The button takes them along: once pressed, they are in their box, and can be sent."""
    two = meet(scene)
    page = two.rosa_sees()
    scene.clock.pass_(minutes=31)
    before = scene.dump()
    answer = two.rosa.post(two.status, **({"do": "write"} | page.fields["write"] | {"text": DRAFT}))
    assert answer.status == 200
    assert scene.says("desk-not-sent-closed-door") in answer.page.text
    assert answer.page.boxes["text"] == KEPT
    assert set(answer.page.forms) == {"open"}
    assert scene.dump() == before
    door = answer.page.fields["open"] | {"do": "open", "text": answer.page.boxes["text"]}
    answer = two.rosa.post(two.status, **door)
    assert answer.status == 409
    assert scene.says("desk-not-sent-closed-door") in answer.page.text
    assert answer.page.boxes["text"] == KEPT
    fields = answer.page.fields["write"] | {"do": "write", "text": answer.page.boxes["text"]}
    assert two.rosa.post(two.status, **fields).status == 303
    assert two.said() == [KEPT]


def test_a_page_of_an_older_session_gives_the_words_back(scene: Scene) -> None:
    """Opened anew in another tab meanwhile: nothing is sent, nothing is lost."""
    two = meet(scene)
    page = two.ana_sees()
    scene.clock.pass_(minutes=31)
    two.ana.open(two.case)
    before = scene.dump()
    answer = two.ana.post(two.case, **({"do": "write"} | page.fields["write"] | {"text": DRAFT}))
    assert answer.status == 409
    assert scene.says("desk-not-sent-old-page") in answer.page.text
    assert answer.page.boxes["text"] == KEPT
    assert scene.dump() == before


def test_words_for_one_supporter_do_not_go_to_the_next(scene: Scene) -> None:
    """Somebody else has taken over meanwhile: the words wait for a second press."""
    two = meet(scene)
    page = two.rosa_sees()
    two.ana.press(two.case, "hand-back")
    scene.clock.pass_(seconds=1)
    scene.offer(two.case_id, scene.supporter(BORIS))
    scene.tell(two.case_id, on.Accepted(BORIS, has_room=True))
    before = scene.dump()
    answer = two.rosa.post(two.status, **({"do": "write"} | page.fields["write"] | {"text": DRAFT}))
    assert answer.status == 409
    assert scene.says("desk-not-sent-changed") in answer.page.text
    assert answer.page.boxes["text"] == KEPT
    assert scene.dump() == before
    fields = answer.page.fields["write"] | {"do": "write", "text": answer.page.boxes["text"]}
    assert two.rosa.post(two.status, **fields).status == 303
    assert two.said() == [KEPT]


def test_words_to_nobody_are_there_to_be_copied(scene: Scene) -> None:
    """Handed back meanwhile, and nobody has it: the page says so and shows the words."""
    two = meet(scene)
    page = two.rosa_sees()
    two.ana.press(two.case, "hand-back")
    answer = two.rosa.post(two.status, **({"do": "write"} | page.fields["write"] | {"text": DRAFT}))
    assert answer.status == 409
    assert scene.says("desk-not-sent-gone") in answer.page.text
    assert answer.page.boxes["kept"] == KEPT


@pytest.mark.parametrize("how", ["close", "somebody-else", "withdraw"])
def test_a_supporter_s_words_outlive_their_link(scene: Scene, how: str) -> None:
    """The case ended while they were writing: 404, and their own words, for who had the page."""
    two = meet(scene)
    page = two.ana_sees()
    two.rosa.press(two.status, how)
    before = scene.dump()
    fields = {"do": "write"} | page.fields["write"] | {"text": DRAFT}
    answer = two.ana.post(two.case, **fields)
    assert answer.status == 404
    assert answer.page.boxes["kept"] == KEPT
    assert not answer.page.forms
    # Without a form of that page, and without words, the answer is everybody's.
    plain = scene.browser().get("/case/unknown")
    assert two.ana.post(two.case, **(fields | {"form": "x"})).text == plain.text
    assert two.ana.post(two.case, **(fields | {"text": " "})).text == plain.text
    assert scene.browser().post("/case/unknown", **fields).text == plain.text
    assert scene.dump() == before


def test_a_full_conversation_says_so(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """No message more than it holds; the words are shown, and there is no box any more."""
    monkeypatch.setattr(talk, "MOST", 3)
    two = meet(scene)
    for number in range(3):
        page = two.rosa_sees()
        two.rosa_writes(str(number))
    answer = two.rosa.post(two.status, **({"do": "write"} | page.fields["write"] | {"text": DRAFT}))
    assert answer.status == 409
    assert scene.says("desk-talk-full") in answer.page.text
    assert answer.page.boxes == {"kept": KEPT}
    assert two.said() == ["0", "1", "2"]


@pytest.mark.parametrize("place", ["", "x", "1", "1.x", "-1.0", "9" * 40 + ".0", "١.٢", "0.0"])
def test_a_place_that_is_none_keeps_the_words(scene: Scene, place: str) -> None:
    """Whatever comes in that field breaks nothing: the words stand in the box."""
    two = meet(scene)
    answer = two.rosa.press(two.status, "write", text="hello", place=place)
    assert answer.status == 409
    assert answer.page.boxes["text"] == "hello"
    assert two.said() == []


def test_hostile_words_are_text(scene: Scene) -> None:
    """Markup, an end of the box, and the like stand there as they were typed."""
    two: Two = meet(scene)
    hostile = "</textarea></form><script>alert(1)</script>\n{{ config }} $1 &amp;"
    answer = two.rosa.press(two.status, "write", text=hostile, place="x")
    assert answer.page.boxes["text"] == hostile
    two.rosa_writes(hostile)
    two.ana.press(two.case, "look")
    page = two.ana_sees()
    assert page.elements["script"] == 0
    assert " ".join(hostile.split()) in page.text
    with scene.store.read() as tx:
        assert [one.by for one in talk.of(tx, two.case_id, ANA)] == [Side.REQUESTER]
    assert two.rosa.get(scene.link(two.case_id, Door.STATUS)).status == 200
