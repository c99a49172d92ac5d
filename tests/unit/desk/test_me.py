"""A supporter's own page: what they say of themselves, their pauses, and their open cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import pytest

from bot.casework import events as on
from bot.casework.effects import Door
from bot.casework.roster import Hours, SupporterStatus
from bot.store import cases
from tests.drawn import without_tokens
from tests.unit.desk.accounts import Fields, Guest, link

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Scene

SALMA = 1


def salma(scene: Scene, **profile: Any) -> Guest:
    """Give Salma, who is on the roster, with her own page open."""
    scene.supporter(SALMA, **({"name": "Salma", "timezone": "Europe/Berlin"} | profile))
    return Guest(scene.browser(), link(scene, Door.ME, SALMA, "Salma")).open()


def case_links(scene: Scene) -> int:
    """Count the mails with a link to a case that are queued."""
    return sum("case-link" in row for row in scene.dump()["outbox"])


def test_the_link_alone_shows_no_more_than_its_mail(scene: Scene) -> None:
    """A scanner sees a button; nothing of the profile, no cookie, no change."""
    scene.supporter(SALMA, name="Salma", word="lighthouse")
    path = link(scene, Door.ME, SALMA, "Salma")
    before = scene.dump()
    for method in ("GET", "HEAD"):
        answer = scene.browser().send(method, path)
        assert "Salma" not in without_tokens(answer.text)
        assert "lighthouse" not in answer.text
        assert "Set-Cookie" not in answer.headers
    assert scene.dump() == before


def test_the_form_shows_the_profile_and_saving_it_changes_nothing(scene: Scene) -> None:
    """What is shown reads back to the same: saved without a change, the profile is as it was."""
    guest = salma(
        scene,
        languages=("pt-br", "zh-hans", "de", "tlh", "sr-ec"),
        topics=frozenset({"alone"}),
        channels=frozenset({"desk", "signal"}),
        capacity=3,
        per_week=7,
        hours=Hours(time(22), time(2, 30)),
        background=frozenset({"women"}),
        word="lighthouse",
        avoid=frozenset({5, 6}),
        avoid_names=((5, "Ravi"), (6, "#6")),
    )
    before = scene.profile(SALMA)
    guest.press("save")
    assert scene.says("me-did-saved") in guest.answer.page.text
    assert scene.profile(SALMA) == before


def test_everything_can_be_changed(scene: Scene) -> None:
    """Names are read as people type them."""
    guest = salma(scene, avoid=frozenset({5, 6}), avoid_names=((5, "Ravi"), (6, "Rim")))
    guest.press(
        "save",
        languages="العربية, anglais\r\nDeutsch",
        channels=["desk"],
        topics=["alone", "stress"],
        capacity=" 4",
        per_week="1",
        starts="8:30",
        ends="22.00",
        timezone="buenos aires",
        background=["women", "lgbt"],
        word="  harbour ",
        avoid="Rim\r\nuser:new_Name",
    )
    one = scene.profile(SALMA)
    assert one.languages == ("ar", "en", "de")
    assert one.channels == {"desk"}
    assert one.topics == frozenset({"alone", "stress"})
    assert (one.capacity, one.per_week) == (4, 1)
    assert str(one.hours) == "08:30-22:00"
    assert one.timezone in {"America/Buenos_Aires", "America/Argentina/Buenos_Aires"}
    assert one.background == {"women", "lgbt"}
    assert one.word == "harbour"
    assert one.avoid == {6}
    assert one.avoid_names == ((6, "Rim"),)
    assert one.avoid_new == ("user:new_Name",)
    assert one.status is SupporterStatus.ACTIVE


def test_no_topic_and_every_topic_mean_any(scene: Scene) -> None:
    """A topic that is added later is then theirs, too."""
    guest = salma(scene)
    every = [topic.id for topic in scene.config.topics]
    guest.press("save", topics=every)
    assert scene.profile(SALMA).topics is None
    guest.press("save", topics=["alone"])
    assert scene.profile(SALMA).topics == frozenset({"alone"})
    guest.press("save", topics=[])
    assert scene.profile(SALMA).topics is None


def test_whom_they_avoid_by_number_alone_stays_avoided(scene: Scene) -> None:
    """What the operator's file said, and nobody has named here yet, is not lost by saving."""
    guest = salma(scene, avoid=frozenset({5, 6}), avoid_names=((5, "Ravi"),))
    guest.press("save", avoid="")
    assert scene.profile(SALMA).avoid == {6}


def test_names_being_looked_up_and_names_of_nobody_are_told(scene: Scene) -> None:
    """They stand in the field, too, so that the spelling can be mended."""
    guest = salma(scene, avoid_new=("Fresh",), avoid_nobody=("Typpo",))
    assert scene.says("me-avoid-waits") in guest.answer.page.text
    assert "there is no account called: \u2068Typpo\u2069" in guest.answer.page.text
    assert guest.fields("save")["avoid"] == ["Fresh\nTyppo"]


@pytest.mark.parametrize(
    ("wrong", "marked"),
    [
        ({"languages": ""}, {"languages"}),
        ({"languages": "German\nKlingonish"}, {"languages"}),
        (
            {"languages": "de en fr es ar it pt ru pl nl sv da fi cs hu ro tr el he fa hi"},
            {"languages"},
        ),
        ({"channels": []}, {"channels"}),
        ({"capacity": "0"}, {"capacity"}),
        ({"capacity": "two"}, {"capacity"}),
        ({"per_week": "100"}, {"per_week"}),
        ({"per_week": "-1"}, {"per_week"}),
        ({"starts": "08:00"}, {"hours"}),
        ({"starts": "08:00", "ends": "08:00"}, {"hours"}),
        ({"starts": "25:00", "ends": "26:00"}, {"hours"}),
        ({"timezone": "Atlantis"}, {"timezone"}),
        ({"timezone": "../../etc/passwd"}, {"timezone"}),
        ({"word": "x" * 101}, {"word"}),
        ({"word": "two\nlines"}, {"word"}),
        ({"avoid": "Fine\n<not a name>"}, {"avoid"}),
        ({"avoid": "\n".join(f"Account {n}" for n in range(101))}, {"avoid"}),
        ({"word": "x" * 101, "capacity": "", "channels": []}, {"word", "capacity", "channels"}),
    ],
)
def test_what_can_not_be_taken_is_told_beside_its_field(
    scene: Scene, wrong: dict[str, str | list[str]], marked: set[str]
) -> None:
    """All at once; nothing is saved, and everything stands as it was typed."""
    guest = salma(scene)
    before = scene.dump()
    usual: dict[str, str | Sequence[str]] = {"word": "kept", "avoid": "Kept Too"}
    answer = guest.press("save", **(usual | wrong))
    assert answer.status == 422
    assert guest.wrong == marked
    assert scene.says("me-nothing-saved") in answer.page.text
    for name, value in (usual | wrong).items():
        assert guest.fields("save").get(name, []) == ([value] if isinstance(value, str) else value)
        assert name not in marked or f'href="#{name}"' in answer.text
    assert scene.dump() == before


def test_a_form_from_an_hour_ago_is_saved(scene: Scene) -> None:
    """Who was called away from the keyboard has not typed for nothing."""
    guest = salma(scene)
    form = guest.fields("save") | {"word": ["harbour"]}
    scene.clock.pass_(hours=1)
    guest.send(form)
    assert scene.profile(SALMA).word == "harbour"
    assert list(guest.answer.page.forms) == ["open"]


def test_somebody_may_be_waiting_for_what_was_changed(scene: Scene) -> None:
    """After saving, every case that looks for somebody is looked at again at once."""
    waiting = scene.case()
    later = datetime(2026, 11, 23, tzinfo=UTC)
    scene.tell(waiting, on.Looked((), possible=True, again_at=later))
    assert scene.stored(waiting).case.look_at == later
    salma(scene).press("save")
    assert scene.stored(waiting).case.look_at == scene.clock()


def test_pausing_until_a_day(scene: Scene) -> None:
    """Away until that day begins on their own clock; live offers end, open cases stay."""
    kept, _ = scene.supported(SALMA)
    offered = scene.case()
    scene.offer(offered, SALMA)
    guest = salma(scene)
    guest.press("pause", until="2026-12-24")
    assert scene.profile(SALMA).away_until == datetime(2026, 12, 23, 23, tzinfo=UTC)
    assert "You are away until December 24, 2026" in guest.answer.page.text
    assert scene.says("me-did-paused") in guest.answer.page.text
    assert not scene.stored(offered).case.live_offers
    assert scene.stored(kept).case.supporter == SALMA
    guest.press("back")
    assert scene.profile(SALMA).away_until is None
    assert scene.says("me-status-active") in guest.answer.page.text


@pytest.mark.parametrize(
    "until", ["", "soon", "2026-11-22", "2020-01-01", "2029-01-01", "9999-12-31"]
)
def test_a_day_that_can_not_be_is_told(scene: Scene, until: str) -> None:
    """No day, one that is over, one years away: beside the field, and nothing changed."""
    guest = salma(scene)
    before = scene.dump()
    assert guest.press("pause", until=until).status == 422
    assert guest.wrong == {"until"}
    assert guest.fields("pause")["until"] == [until]
    assert scene.dump() == before


def test_a_coordinators_pause_is_theirs_to_end(scene: Scene) -> None:
    """Whoever was paused by a decision sees that, and no press of theirs undoes it."""
    guest = salma(scene, status=SupporterStatus.PAUSED)
    assert scene.says("me-status-paused") in guest.answer.page.text
    assert "back" not in guest.answer.page.forms
    form = guest.fields("save")
    guest.send(form | {"status": ["active"]})
    guest.send({"do": "back", "form": form["form"]})
    assert scene.profile(SALMA).status is SupporterStatus.PAUSED
    assert guest.browser.send(
        "POST", guest.path, data={"do": "pause", "form": form["form"], "until": "2026-12-24"}
    ).status == 400  # fmt: skip


@pytest.mark.parametrize("status", ["applied", "training", "retired"])
def test_who_does_not_begin_yet_sees_what_they_wait_for(scene: Scene, status: str) -> None:
    """They can change what they said, and leave; there is nothing to pause from."""
    guest = salma(scene, status=SupporterStatus(status))
    assert scene.says(f"me-status-{status}") in guest.answer.page.text
    assert "pause" not in guest.answer.page.forms
    assert "leave" in guest.answer.page.forms
    assert ("save" in guest.answer.page.forms) == (status != "retired")


def test_training_that_is_over_is_told(scene: Scene) -> None:
    """They are not asked, and see why."""
    guest = salma(scene, trained_until=date(2026, 11, 21))
    assert scene.says("me-training-over", "November 21, 2026") in guest.answer.page.text
    scene.supporter(SALMA, trained_until=date(2026, 11, 22))
    assert "training counted" not in guest.look().page.text


def test_open_cases_are_listed_without_anybody(scene: Scene) -> None:
    """Reference, how far it is and since when; nothing of the one who asked."""
    case_id, _ = scene.supported(SALMA)
    guest = salma(scene)
    for event, stage in ((None, "new"), (on.Taken(SALMA), "taken"), (on.Contacted(), "contacted")):
        if event is not None:
            scene.tell(case_id, event)
        text = guest.look().page.text
        assert "K7QF-9M2D" in text
        assert scene.says(f"me-case-{stage}") in text
        assert scene.says("me-case-since", "November 22, 2026") in text
        assert not [told for told in scene.told if told in text]
    scene.tell(case_id, on.Closed(on.Side.REQUESTER))
    assert scene.says("me-cases-none") in guest.look().page.text


def test_a_new_link_to_a_case_comes_once_an_hour(scene: Scene) -> None:
    """By Wikimail to their own account; asked again within the hour, nothing more is sent."""
    scene.supported(SALMA)
    scene.clock.pass_(hours=2)
    guest = salma(scene)
    before = case_links(scene)
    assert scene.says("me-did-link") in guest.press("link").page.text
    assert case_links(scene) == before + 1
    assert scene.says("me-did-link-soon") in guest.press("link").page.text
    assert case_links(scene) == before + 1
    scene.clock.pass_(minutes=61)
    guest.look()
    guest.press("open")
    guest.press("link")
    assert case_links(scene) == before + 2


def test_a_link_to_another_supporters_case_is_not_sent(scene: Scene) -> None:
    """A reference that is not theirs, or none, does nothing."""
    scene.supported(SALMA)
    scene.supported(2)
    guest = salma(scene)
    form = guest.fields("link")
    before = scene.dump()
    for ref in ("A1B2-C3D4", "", "K7QF9M2D", "' or 1=1"):
        assert guest.send(form | {"ref": [ref]}).status == 200
    assert scene.dump() == before


def test_who_is_not_on_the_roster_is_told_so(scene: Scene) -> None:
    """Removed by the operator after the mail went out: a plain page, and no press does anything."""
    guest = Guest(scene.browser(), link(scene, Door.ME, 77, "Somebody"))
    guest.press("open")
    assert scene.says("me-nobody") in guest.answer.page.text
    assert not guest.answer.page.forms


@pytest.mark.parametrize("wrong", ["none", "of the door", "of another link"])
def test_a_press_without_the_right_form_does_nothing(scene: Scene, wrong: str) -> None:
    """From another site, or with what anybody with the link can get: refused, nothing changed."""
    scene.supported(SALMA)
    scene.supporter(SALMA, name="Salma")
    guest = Guest(scene.browser(), link(scene, Door.ME, SALMA))
    door = guest.fields("open")["form"]
    guest.open()
    scene.supporter(2)
    another = Guest(scene.browser(), link(scene, Door.ME, 2)).open()
    tokens = {"none": [], "of the door": door, "of another link": another.fields("save")["form"]}
    before = scene.dump()
    for do in ("save", "pause", "back", "link", "leave", "leave-for-good", "", "open-it"):
        form = guest.fields("save") | {"do": [do], "form": tokens[wrong], "until": ["2026-12-24"]}
        assert guest.browser.send("POST", guest.path, data=form).status == 400
    assert scene.dump() == before


def test_a_press_after_half_an_hour_finds_the_door(scene: Scene) -> None:
    """Pauses, links and leaving want an open page: a forgotten browser does none of it."""
    scene.supported(SALMA)
    guest = salma(scene)
    token = guest.fields("save")["form"]
    scene.clock.pass_(minutes=31)
    before = scene.dump()
    for do in ("pause", "back", "link", "leave-for-good"):
        guest.send({"do": do, "form": token, "until": "2026-12-24", "ref": "K7QF-9M2D"})
        assert list(guest.answer.page.forms) == ["open"]
    assert scene.dump() == before


def test_leaving_asks_once_more_and_then_erases(scene: Scene) -> None:
    """First what happens then, with a way back; then everything about them is gone at once."""
    supported, _ = scene.supported(SALMA)
    offered = scene.case()
    scene.offer(offered, SALMA)
    guest = salma(scene, word="MARKER-word")
    before = scene.dump()
    answer = guest.press("leave")
    assert scene.says("me-leaving-more") in answer.page.text
    assert "Your open request goes to somebody else" in answer.page.text
    assert scene.dump() == before
    assert guest.press("stay").page.forms["save"]
    guest.press("leave")
    assert scene.says("me-left-more") in guest.press("leave-for-good").page.text
    after = scene.dump()
    assert not after["supporters"]
    assert not after["account_links"]
    assert scene.stored(supported).case.supporter is None
    assert scene.stored(supported).case.open
    assert not scene.stored(offered).case.live_offers
    assert guest.look().status == 404
    with scene.store.read() as tx:
        told = [name for _, name in cases.happenings(tx, supported)]
    assert told[-1] == "HandedBack"


def test_other_people_are_not_touched(scene: Scene) -> None:
    """One supporter's page changes one supporter."""
    scene.supporter(2, word="mine")
    other = scene.profile(2)
    guest = salma(scene)
    guest.press("save", word="new")
    guest.press("pause", until="2026-12-24")
    guest.press("leave")
    guest.press("leave-for-good")
    assert scene.profile(2) == other


def test_hostile_text_comes_back_as_text(scene: Scene) -> None:
    """Markup in every field is shown as it was typed."""
    guest = salma(scene)
    mark = '"><script>alert(1)</script>'
    fields = ("languages", "capacity", "per_week", "starts", "ends", "timezone", "word", "avoid")
    answer = guest.press("save", **dict.fromkeys(fields, mark))
    assert answer.status == 422
    assert "<script" not in answer.text
    assert all(guest.fields("save")[name] == [mark] for name in fields)


def test_nothing_is_told_that_nobody_said(scene: Scene) -> None:
    """What stands in the address is chosen from a few words of ours."""
    guest = salma(scene)
    for did in ("<b>x</b>", "left", "saved.", ""):
        answer = guest.browser.get(f"{guest.path}?did={did}")
        assert answer.status == 200
        assert 'role="status"' not in answer.text


def test_every_field_has_its_label(make_scene: Callable[..., Scene]) -> None:
    """Each control can be named by a screen reader; each id is there once."""
    guest = salma(make_scene())
    guest.press("save", languages="", channels=[], word="x" * 101)
    page, fields = guest.answer.page, Fields(guest.answer.text)
    assert len(fields.ids) == len(set(fields.ids))
    labelled = {given.get("for") for tag, given in page.attributes if tag == "label"}
    controls = [
        given["id"]
        for tag, given in page.attributes
        if tag in {"input", "textarea"} and given.get("type") != "hidden"
    ]
    assert set(controls) <= labelled
    for _, given in page.attributes:
        assert set((given.get("aria-describedby") or "").split()) <= set(fields.ids)
