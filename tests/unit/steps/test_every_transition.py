"""Each transition of a case, pressed at the real desk, and who is told of it by mail."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from bot.casework.effects import Door
from bot.casework.states import Case, Outcome, State
from bot.store import cases, decisions, roster
from bot.store.decisions import Decided
from tests.drawn import without_tokens
from tests.fakes import network as fakes
from tests.fakes.desk import FakeDesk
from tests.fakes.network import SALMA, SVEN, FakeNetwork

MORE = "policy: {offers_at_once: 1, cool_down_days: 0}\n"
LANGUAGES = ("en", "de", "fr")


def kinds_of_mail() -> dict[str, str]:
    """Tell a mail's kind by its subject, in whatever language it came."""
    found = {}
    for language in LANGUAGES:
        text = (files("bot.i18n") / f"{language}.json").read_text(encoding="utf-8")
        for key, subject in json.loads(text).items():
            if key.startswith("mail-") and key.endswith("-subject"):
                kind = key.removeprefix("mail-").removesuffix("-subject")
                # Both sides are told in the same words that it has ended.
                found[subject] = "ended" if kind.startswith("ended-") else kind
    return found


KINDS = kinds_of_mail()


class Story:
    """One case: what people press, the time that passes, and the mails that come of it."""

    def __init__(self, folder: Path) -> None:
        self.fake: FakeNetwork = fakes.make(folder, more=MORE)
        self.desk = FakeDesk(self.fake)
        self._told = len(self.fake.wiki.mails())

    @property
    def case(self) -> Case:
        """The case as it is."""
        with self.fake.store.read() as tx:
            [stored] = cases.load_where(tx)
        return stored.case

    def asked(self) -> None:
        """Let Rosa ask, and let Salma, who speaks her best language, be asked."""
        self.fake.ask(languages=["de", "fr"], channels=["desk", "wikimail"], message="Hello")
        assert self.told() == {"Salma: offer", "Rosa: receipt"}

    def supported(self) -> None:
        """Let Salma say yes and read."""
        self.asked()
        self.desk.press("Salma", Door.OFFER, "accept")
        assert self.told() == {"Salma: case-link", "Rosa: accepted"}
        self.desk.press("Salma", Door.CASE, "open", "take")

    def in_contact(self) -> None:
        """Let both have written and read."""
        self.supported()
        self.desk.press("Salma", Door.CASE, "write", text="I am here.")
        assert self.told() == {"Rosa: message"}
        self.desk.press("Rosa", Door.STATUS, "open")
        self.desk.press("Rosa", Door.STATUS, "write", text="Thank you.")
        assert self.told() == {"Salma: message"}
        self.desk.press("Salma", Door.CASE, "open")

    def decide(self, what: Callable[..., Decided], *about: int, **how: bool) -> set[str]:
        """Let a coordinator decide something about the case; give who is told what."""
        now, policy = self.fake.clock(), self.fake.network.config.policy
        with self.fake.store.write() as tx:
            [stored] = cases.load_where(tx)
            done = what(tx, stored.id, *about, now=now, policy=policy, **how)
        assert done is Decided.DONE
        return self.told()

    def later(self, **span: float) -> set[str]:
        """Let time pass, and give who is told what."""
        self.fake.clock.forward(**span)
        return self.told()

    def told(self) -> set[str]:
        """Let the worker do its work; give who was told what since the last time."""
        assert self.fake.once()
        mails = self.fake.wiki.mails()[self._told :]
        self._told += len(mails)
        told = [f"{one['target']}: {KINDS[one['subject'].split(': ', 1)[1]]}" for one in mails]
        assert len(told) == len(set(told)), told
        return set(told)


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Give a network to which nobody has come yet."""
    return Story(tmp_path / "network")


def test_nobody_speaks_it(story: Story) -> None:
    """Said at once, to Rosa and, by the language alone, to the coordinator; then given up."""
    story.fake.ask(languages=["hi"])
    assert story.told() == {"Rosa: receipt", "Rosa: nobody-could", "Coral: need"}
    assert story.later(days=14, hours=1) == {"Rosa: gave-up"}
    assert story.case.outcome is Outcome.UNANSWERED


def test_who_wants_no_mail_gets_none(story: Story) -> None:
    """Without `notify` only the supporter and the coordinator are written to."""
    story.fake.ask(languages=["de"], notify=False)
    assert story.told() == {"Salma: offer"}
    story.desk.press("Salma", Door.OFFER, "accept")
    assert story.told() == {"Salma: case-link"}


def test_declined_reminded_expired_and_given_up(story: Story) -> None:
    """The next is asked, and reminded once as the last; then honest words, and the end."""
    story.asked()
    story.desk.press("Salma", Door.OFFER, "decline")
    assert story.told() == {"Sven: offer"}
    assert story.later(hours=11) == set()
    assert story.later(hours=2) == {"Sven: offer-reminder"}
    assert story.later(hours=12) == set()
    assert (story.case.state, story.case.live_offers) == (State.WAITING, ())
    assert story.later(hours=24) == {"Rosa: nobody-yet", "Coral: need"}
    assert story.later(days=13) == {"Rosa: gave-up"}
    assert story.case.outcome is Outcome.UNANSWERED


def test_paused_the_next_is_asked(story: Story) -> None:
    """Two weeks of peace: the case goes on without Salma."""
    story.asked()
    story.desk.press("Salma", Door.OFFER, "pause")
    assert story.told() == {"Sven: offer"}


def test_a_supporter_who_never_writes(story: Story) -> None:
    """Nudged after two days, and two days later somebody else is asked; Rosa hears it once."""
    story.supported()
    assert story.later(hours=49) == {"Salma: contact-nudge"}
    assert "in contact" not in story.desk.look("Rosa", Door.STATUS)
    assert story.later(hours=49) == {"Sven: offer", "Rosa: handed-back"}
    assert story.desk.browser("Salma").get(story.desk.path("Salma", Door.CASE)).status == 404


def test_more_time_is_two_days_more(story: Story) -> None:
    """Who asks for it is nudged later."""
    story.supported()
    story.desk.press("Salma", Door.CASE, "more-time")
    assert story.later(hours=49) == set()
    assert story.later(hours=48) == {"Salma: contact-nudge"}


def test_nobody_has_written_says_the_requester(story: Story) -> None:
    """Her no nudges at once; her yes, or the supporter's word, ends the waiting."""
    story.supported()
    story.desk.press("Rosa", Door.STATUS, "open")
    story.desk.press("Rosa", Door.STATUS, "contacted", answer="no")
    assert story.told() == {"Salma: contact-nudge"}
    story.desk.press("Salma", Door.CASE, "open", "written")
    assert story.later(hours=100) == set()


def test_after_the_story_s_hours_it_is_gone_and_the_conversation_stays(story: Story) -> None:
    """Three days after first contact nobody is told, and the message can be read no more."""
    story.in_contact()
    assert story.later(hours=73) == set()
    assert story.case.story_gone
    page = story.desk.press("Salma", Door.CASE, "open") or story.desk.look("Salma", Door.CASE)
    assert "Hello" not in page
    assert "Thank you." in page


def test_handed_back_after_the_story_is_gone(story: Story) -> None:
    """Rosa is asked for a few words again, and Sven reads those."""
    story.in_contact()
    story.later(hours=73)
    story.desk.press("Salma", Door.CASE, "open", "hand-back")
    assert story.told() == {"Sven: offer", "Rosa: handed-back"}
    story.desk.press("Rosa", Door.STATUS, "open")
    story.desk.press("Rosa", Door.STATUS, "tell-again", text="It goes on.")
    story.desk.press("Sven", Door.OFFER, "accept")
    assert story.told() == {"Sven: case-link", "Rosa: accepted"}
    story.desk.press("Sven", Door.CASE, "open", "take")
    page = story.desk.look("Sven", Door.CASE)
    assert "It goes on." in page
    assert "Thank you." not in page


def test_somebody_else_please(story: Story) -> None:
    """Salma is thanked, Sven is asked; Rosa pressed it herself and gets no mail."""
    story.in_contact()
    story.desk.press("Rosa", Door.STATUS, "somebody-else")
    assert story.told() == {"Salma: ended", "Sven: offer"}


@pytest.mark.parametrize(
    ("name", "door", "told"),
    [
        ("Salma", Door.CASE, "Rosa: ended"),
        ("Rosa", Door.STATUS, "Salma: ended"),
    ],
)
def test_closed_by_either_the_other_hears_of_it(
    story: Story, name: str, door: Door, told: str
) -> None:
    """Whoever pressed knows; afterwards Rosa can say whether it helped."""
    story.in_contact()
    story.desk.press(name, door, "close")
    assert story.told() == {told}
    assert story.case.outcome is Outcome.HELPED
    story.desk.press("Rosa", Door.STATUS, "open", "rate", answer="yes")
    assert story.case.rated


def test_silent_both_are_asked_once_and_then_it_ends(story: Story) -> None:
    """One reminder a week before; no answer closes it, and both are told."""
    story.in_contact()
    assert story.later(days=53, hours=1) == {"Salma: silence-reminder", "Rosa: silence-reminder"}
    assert story.later(days=7) == {"Salma: ended", "Rosa: ended"}
    assert story.case.outcome is Outcome.HELPED


def test_withdrawn_at_any_time(story: Story) -> None:
    """Salma learns that it has ended, and Rosa's link is dead at once."""
    story.in_contact()
    story.desk.press("Rosa", Door.STATUS, "withdraw")
    assert story.desk.browser("Rosa").get(story.desk.path("Rosa", Door.STATUS)).status == 404
    assert story.told() == {"Salma: ended"}
    assert story.case.outcome is Outcome.WITHDRAWN


def test_a_complaint_also_after_closing(story: Story) -> None:
    """The coordinator gets a mail with the reference; the supporter is asked about nothing new."""
    story.in_contact()
    story.desk.press("Salma", Door.CASE, "close")
    story.told()
    story.fake.clock.forward(days=20)
    story.desk.press("Rosa", Door.STATUS, "open")
    story.desk.press("Rosa", Door.STATUS, "report", names_supporter="on")
    assert story.told() == {"Coral: complaint"}
    story.fake.ask(user_id=8, languages=["de"])
    assert "Salma: offer" not in story.told()


def test_a_report_of_misuse_and_the_bar(story: Story) -> None:
    """Salma reports, a coordinator bars: Rosa is told so, Salma that it has ended."""
    story.supported()
    story.desk.press("Salma", Door.CASE, "report")
    assert story.told() == {"Coral: complaint"}
    told = story.decide(decisions.misuse, barred=True)
    assert told == {"Rosa: barred", "Salma: ended"}
    story.fake.ask(languages=["de"])
    assert story.told() == {"Rosa: not-taken"}


def test_offered_and_closed_by_a_coordinator(story: Story) -> None:
    """Whom she chose is asked beside the other; what she closes ends for both sides."""
    story.asked()
    assert story.decide(decisions.offer, SVEN, any_language=True) == {"Sven: offer"}
    assert len(story.case.live_offers) == 2
    assert story.decide(decisions.close) == {"Rosa: gave-up"}
    assert "Sven" not in without_tokens(
        story.desk.browser("Sven").get(story.desk.path("Sven", Door.OFFER)).text
    )


def test_unreachable_the_next_is_asked(story: Story) -> None:
    """Neither an offer nor a case link that cannot be delivered stops the case."""
    account = story.fake.wiki.accounts["Salma"]
    story.asked()
    story.desk.press("Salma", Door.OFFER, "accept")
    story.fake.wiki.accounts["Salma"] = replace(account, mail="nowikiemail")
    assert story.told() == {"Rosa: accepted", "Rosa: handed-back", "Sven: offer"}


def test_leaving_gives_everything_back(story: Story) -> None:
    """Salma leaves the network: her case is as handed back."""
    story.in_contact()
    now, policy = story.fake.clock(), story.fake.network.config.policy
    with story.fake.store.write() as tx:
        cases.leave(tx, SALMA, now=now, policy=policy)
        roster.remove(tx, SALMA)
    assert story.told() == {"Sven: offer", "Rosa: handed-back"}
