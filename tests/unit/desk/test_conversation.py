"""The conversation at the desk: between these two, rung once, and gone when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from bot.casework import events as on
from bot.casework.effects import Door, MailKind, Role
from bot.casework.roster import Hours
from bot.casework.states import State
from bot.store import outbox, talk
from bot.store.schema import outbox as outbox_rows
from bot.store.schema import talk as rows
from tests.drawn import without_tokens

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Answer, Browser, Page, Scene

ANA, BORIS = 1, 2
ANA_S_NAME = "Ana Ananas"
DESK = ("desk", "wikimail")


@dataclass
class Two:
    """Two people at their pages of one case, both open."""

    scene: Scene
    case_id: int
    status: str
    case: str
    rosa: Browser
    ana: Browser

    def rosa_writes(self, text: str) -> Answer:
        """Let the requester write, out of a page as it is now."""
        return self.rosa.press(self.status, "write", text=text)

    def ana_writes(self, text: str) -> Answer:
        """Let the supporter write, out of a page as it is now."""
        return self.ana.press(self.case, "write", text=text)

    def rosa_sees(self) -> Page:
        """Give the requester's page."""
        return self.rosa.get(self.status).page

    def ana_sees(self) -> Page:
        """Give the supporter's page."""
        return self.ana.get(self.case).page

    def said(self) -> list[str | None]:
        """Give all that was written, in its order."""
        with self.scene.store.read() as tx:
            supporter = self.scene.stored(self.case_id).case.supporter or 0
            return [one.text for one in talk.of(tx, self.case_id, supporter)]


def meet(scene: Scene, *, notify: bool = True, hours: Hours | None = None) -> Two:
    """Let two people be in one case."""
    case_id = scene.case(notify=notify, channels=DESK)
    scene.offer(case_id, scene.supporter(ANA, name=ANA_S_NAME, hours=hours))
    scene.tell(case_id, on.Accepted(ANA, has_room=True))
    two = Two(
        scene,
        case_id,
        scene.link(case_id, Door.STATUS),
        scene.link(case_id, Door.CASE, ANA, days=7),
        scene.browser(),
        scene.browser(),
    )
    two.rosa.open(two.status)
    two.ana.open(two.case)
    assert two.ana.press(two.case, "take").status == 303
    return two


def rings(scene: Scene, role: Role) -> list[datetime | None]:
    """Give the rings queued for one of the two, each with the time before which it does not go."""
    with scene.store.read() as tx:
        rows = tx.connection.execute(outbox_rows.select().order_by(outbox_rows.c.id)).mappings()
        return [
            row["not_before"]
            for row in rows
            if (row["kind"], row["role"]) == (MailKind.MESSAGE.value, role.value)
        ]


def test_what_one_writes_the_other_reads(scene: Scene) -> None:
    """Both ways, in order; each sees their own as theirs, and only the supporter sees a name."""
    two = meet(scene)
    assert two.ana_writes("Hello, I am here.").status == 303
    two.rosa.press(two.status, "look")
    assert two.rosa_writes("Thank you.\nIt is hard.").status == 303
    two.ana.press(two.case, "look")
    mine, theirs = two.rosa_sees(), two.ana_sees()
    for page in (mine, theirs):
        assert page.text.index("Hello, I am here.") < page.text.index("Thank you. It is hard.")
    assert scene.says("desk-talk-supporter") in mine.text
    assert "Rosa Muster ·" in theirs.text
    assert two.said() == ["Hello, I am here.", "Thank you.\nIt is hard."]


def test_a_get_shows_what_was_pressed_for_and_changes_nothing(scene: Scene) -> None:
    """What has come since is counted; a press shows it, and only that tells the case it is read."""
    two = meet(scene)
    two.ana_writes("the first word")
    before = scene.dump()
    page = two.rosa_sees()
    assert "the first word" not in page.text
    assert scene.says("desk-talk-new", "1") in page.text
    assert scene.dump() == before
    assert scene.stored(two.case_id).case.requester_rung
    assert two.rosa.press(two.status, "look").status == 303
    assert "the first word" in two.rosa_sees().text
    assert not scene.stored(two.case_id).case.requester_rung


def test_another_browser_with_the_same_link_has_seen_nothing(scene: Scene) -> None:
    """How far somebody has read is their own browser's to know; opening shows everything."""
    two = meet(scene)
    two.ana_writes("the first word")
    other = scene.browser()
    assert "the first word" in other.open(two.status).text
    assert "the first word" not in two.rosa_sees().text


def test_opening_reads_and_is_a_sign_of_life(scene: Scene) -> None:
    """The reminder of a silent case says "open it once": that is enough, for either."""
    two = meet(scene)
    two.ana_writes("hello")
    scene.clock.pass_(days=53)
    scene.tell(two.case_id, on.TimePassed())
    assert scene.stored(two.case_id).case.silence_told
    two.rosa.open(two.status)
    case = scene.stored(two.case_id).case
    assert (case.silence_told, case.last_sign_at) == (False, scene.clock())
    assert not case.requester_rung


def test_the_supporter_s_first_message_is_first_contact(scene: Scene) -> None:
    """It starts the story's hours, as "I have written" would; the requester's does not."""
    two = meet(scene)
    two.rosa_writes("is anybody there?")
    assert scene.stored(two.case_id).case.contacted_at is None
    two.ana_writes("yes")
    assert scene.stored(two.case_id).case.contacted_at == scene.clock()
    scene.clock.pass_(hours=scene.config.policy.story_hours)
    scene.tell(two.case_id, on.TimePassed())
    # The story goes, the conversation stays.
    two.ana.open(two.case)
    assert scene.says("desk-story-gone") in two.ana_sees().text
    assert "is anybody there?" in two.ana_sees().text


def test_one_ring_until_it_is_read(scene: Scene) -> None:
    """Ten messages ring once; after a look the next one rings again."""
    two = meet(scene)
    for number in range(5):
        two.ana_writes(f"from her {number}")
        two.rosa_writes(f"from me {number}")
    # Whoever writes has seen the page, and is told by the next message again.
    assert len(rings(scene, Role.REQUESTER)) <= 5
    two = meet(scene)
    before = len(rings(scene, Role.REQUESTER))
    for number in range(5):
        two.ana_writes(f"again {number}")
    assert len(rings(scene, Role.REQUESTER)) == before + 1
    _all_sent(scene)
    two.rosa.press(two.status, "look")
    two.ana_writes("and once more")
    assert len(rings(scene, Role.REQUESTER)) == before + 2


def _all_sent(scene: Scene) -> None:
    """Let the worker have sent whatever may go now."""
    with scene.store.write() as tx:
        for row in outbox.queued(tx, scene.clock(), 100):
            assert outbox.claim(tx, row.id, scene.clock())
            outbox.finish(tx, row.id, outbox.RowState.SENT, "sent", scene.clock())


def test_who_wants_no_mail_is_not_rung_and_told_so(scene: Scene) -> None:
    """Without `notify` nothing is queued for the requester; the page says to look in."""
    two = meet(scene, notify=False)
    two.ana_writes("hello")
    assert rings(scene, Role.REQUESTER) == []
    assert scene.says("desk-status-no-rings") in two.rosa_sees().text


def test_nobody_is_rung_at_night(scene: Scene) -> None:
    """Written to at night by their hours, the supporter is rung when these begin; once."""
    two = meet(scene, hours=Hours(time(8), time(20)))
    scene.clock.pass_(hours=11)  # 23:00
    two.ana.open(two.case)
    two.rosa.open(two.status)
    morning = scene.clock() + timedelta(hours=9)
    two.rosa_writes("at night")
    assert rings(scene, Role.SUPPORTER) == [morning]
    with scene.store.read() as tx:
        assert MailKind.MESSAGE not in [row.kind for row in outbox.queued(tx, scene.clock(), 100)]
    # Read by chance at night, and written to again: still one ring in the morning.
    two.ana.press(two.case, "look")
    two.rosa_writes("later at night")
    assert rings(scene, Role.SUPPORTER) == [morning]
    assert scene.stored(two.case_id).case.supporter_rung


def test_within_their_hours_the_supporter_is_rung_at_once(scene: Scene) -> None:
    """By day there is nothing to wait for."""
    two = meet(scene, hours=Hours(time(8), time(20)))
    two.rosa_writes("by day")
    assert rings(scene, Role.SUPPORTER) == [None]


def test_send_pressed_twice_is_one_message(scene: Scene) -> None:
    """The same words out of the same page are kept once; written anew they are a second message."""
    two = meet(scene)
    page = two.rosa_sees()
    for _ in range(3):
        answer = two.rosa.post(
            two.status, **({"do": "write"} | page.fields["write"] | {"text": "ping"})
        )
        assert answer.status == 303
    assert two.said() == ["ping"]
    # Between two presses the other may have written.
    two.ana_writes("pong")
    two.rosa.post(two.status, **({"do": "write"} | page.fields["write"] | {"text": "ping"}))
    assert two.said() == ["ping", "pong"]
    two.rosa_writes("ping")
    assert two.said() == ["ping", "pong", "ping"]
    # Both may say the same.
    two.ana_writes("ping")
    assert two.said() == ["ping", "pong", "ping", "ping"]


@pytest.mark.parametrize(
    "how", ["closed by her", "closed by me", "withdrawn", "handed back", "parted"]
)
def test_when_it_ends_the_conversation_is_gone(scene: Scene, how: str) -> None:
    """No row, no key; and nothing of it on any page."""
    two = meet(scene)
    two.ana_writes("MARKER-one")
    two.rosa_writes("MARKER-two")
    assert scene.dump()["talk"]
    match how:
        case "closed by her":
            two.ana.press(two.case, "close")
        case "closed by me":
            two.rosa.press(two.status, "close")
        case "withdrawn":
            two.rosa.press(two.status, "withdraw")
        case "handed back":
            two.ana.press(two.case, "hand-back")
        case "parted":
            two.rosa.press(two.status, "somebody-else")
    after = scene.dump()
    assert not after["talk"]
    assert not [row for row in after["case_keys"] if row[1] == "conversation"]
    for browser, path in ((two.rosa, two.status), (two.ana, two.case)):
        assert "MARKER" not in browser.get(path).text


def test_the_next_supporter_reads_nothing_of_the_one_before(scene: Scene) -> None:
    """A new supporter begins a conversation of their own."""
    two = meet(scene)
    two.ana_writes("MARKER-one")
    two.rosa_writes("MARKER-two")
    two.ana.press(two.case, "hand-back")
    scene.clock.pass_(minutes=1)
    scene.offer(two.case_id, scene.supporter(BORIS))
    scene.tell(two.case_id, on.Accepted(BORIS, has_room=True))
    path, boris = scene.link(two.case_id, Door.CASE, BORIS), scene.browser()
    boris.open(path)
    boris.press(path, "take")
    page = boris.get(path).page
    assert "MARKER" not in page.text
    assert scene.says("desk-talk-empty") in page.text
    assert scene.says("desk-talk-empty") in two.rosa_sees().text
    # Nor does what Rosa's browser had seen of the first make it skip the second.
    boris.press(path, "write", text="hello from another")
    page = two.rosa_sees()
    assert scene.says("desk-talk-new", "1") in page.text


def test_a_way_that_was_not_chosen_is_not_there(scene: Scene) -> None:
    """Who did not choose the desk is not written to there, and no press makes it so."""
    case_id, path = scene.supported()
    browser = scene.browser()
    browser.open(path)
    browser.press(path, "take")
    form = browser.get(path).page.forms
    assert not {"write", "look"} & set(form)
    before = scene.dump()
    answer = browser.post(path, "write", form["close"], text="hello", place="0.0")
    assert answer.status == 409
    assert answer.page.boxes["kept"] == "hello"
    assert scene.dump() == before
    assert scene.stored(case_id).case.state is State.SUPPORTED


def test_before_take_the_supporter_reads_and_rings_nothing(scene: Scene) -> None:
    """On the first step there is the name alone, and opening it is no reading."""
    case_id = scene.case(channels=DESK)
    scene.offer(case_id, scene.supporter(ANA))
    scene.tell(case_id, on.Accepted(ANA, has_room=True))
    status, path = scene.link(case_id, Door.STATUS), scene.link(case_id, Door.CASE, ANA)
    rosa, ana = scene.browser(), scene.browser()
    rosa.open(status)
    rosa.press(status, "write", text="MARKER-early")
    assert "MARKER" not in ana.open(path).text
    assert scene.stored(case_id).case.supporter_rung
    ana.press(path, "take")
    assert "MARKER-early" in ana.get(path).page.text
    assert not scene.stored(case_id).case.supporter_rung


def test_the_requester_never_sees_who_it_is(scene: Scene) -> None:
    """Neither name nor language nor anything of the profile is on any page of the requester's."""
    two = meet(scene)
    two.ana_writes("hello")
    two.rosa.press(two.status, "look")
    page = two.rosa.get(two.status)
    assert ANA_S_NAME not in page.text
    assert "Ana" not in without_tokens(page.text)
    two.ana.press(two.case, "close")
    assert "Ana" not in without_tokens(two.rosa.get(two.status).text)


def test_times_are_by_the_supporter_s_own_clock(scene: Scene) -> None:
    """The supporter reads times in their zone; whoever asked has none, and reads them in UTC."""
    two = meet(scene)
    scene.supporter(ANA, name=ANA_S_NAME, timezone="Pacific/Auckland")
    two.ana_writes("hello")
    two.rosa.press(two.status, "look")
    assert "(Pacific/Auckland)" in two.ana_sees().text
    assert "(UTC)" in two.rosa_sees().text
    assert "Auckland" not in two.rosa_sees().text


def test_sealed_at_rest(scene: Scene) -> None:
    """What lies in the store is no text, and opens for this pair and this side alone."""
    two = meet(scene)
    two.rosa_writes("MARKER-sealed")
    rows = scene.dump()["talk"]
    assert len(rows) == 1
    assert b"MARKER" not in repr(rows).encode()
    assert "MARKER" not in repr(scene.dump())


def test_a_message_that_is_damaged_hides_no_other(scene: Scene) -> None:
    """Both see that it was there and cannot be read, see all others, and go on writing."""
    two = meet(scene)
    for text in ("first", "second", "third"):
        two.ana_writes(text)
    with scene.store.write() as tx:
        second = tx.connection.scalars(select(rows.c.id).order_by(rows.c.id)).all()[1]
        tx.connection.execute(update(rows).where(rows.c.id == second).values(sealed=b"damaged"))
    two.rosa.press(two.status, "look")
    for page in (two.rosa_sees(), two.ana_sees()):
        assert scene.says("desk-talk-unreadable") in page.text
        assert "first" in page.text
        assert "third" in page.text
    assert two.rosa_writes("fourth").status == 303
    assert two.said() == ["first", None, "third", "fourth"]
