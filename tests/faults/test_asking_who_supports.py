"""Somebody asks in order to find out who supports: by whom they name to avoid, and by the clock."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.casework import events as on
from bot.casework.effects import Door
from bot.casework.roster import Supporter
from bot.steps.publish import key_page_title
from bot.store import roster
from bot.wiki.wikimail import MailOutcome
from tests.fakes.desk import FakeDesk
from tests.fakes.network import CORAL, ROSA, START, Clock, FakeNetwork, make
from tests.fakes.wiki import BOT_ID, FakeAccount
from tests.unit.desk.conftest import Answer, Browser

RAVI = 8
FIRST, REFUSED, LATER, OTHERS = ("A" * 21 + last for last in "AQgw")
_TOKEN = re.compile(r"/(status|me|ask)/[\w-]+")
_REF = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")
_FORM = re.compile(r'name="form" value="[^"]*"')
DAYS = 16
WHOLE = os.environ.get("PEER_SUPPORT_FAULTS") == "whole"
ROUNDS = sorted({1, 2, 30, 100, *range(0, DAYS * 24, 4 if WHOLE else 12)})
"""Hours from the beginning; with all other tests each third round, as `--faults` has them all."""
A_POST_TAKES = timedelta(seconds=1)


class Watched:
    """A network as the requester and their accomplice see it, whose mails take their time."""

    def __init__(self, folder: Path, speakers: int) -> None:
        self.names = [f"Speaker {number}" for number in range(1, speakers + 1)]
        ids = range(100, 100 + speakers)
        accounts = [
            FakeAccount(BOT_ID, "PeerSupportBot"),
            FakeAccount(CORAL, "Coral"),
            FakeAccount(ROSA, "Rosa"),
            FakeAccount(RAVI, "Ravi"),
            *(FakeAccount(i, name) for i, name in zip(ids, self.names, strict=True)),
        ]
        self.fake = make(folder, Clock(), accounts=accounts)
        self.speakers = [
            Supporter(user_id=i, name=name, languages=("de",))
            for i, name in zip(ids, self.names, strict=True)
        ]
        self.seen: list[tuple[datetime, str, str]] = []
        deliver = self.fake.network.mailer

        def takes_a_second(to: str, subject: str, text: str, now: datetime) -> MailOutcome:
            self.fake.clock.now += A_POST_TAKES
            if to in {"Rosa", "Ravi"}:
                self._note(f"mail to {to}", f"{subject}\n{text}")
            return deliver(to, subject, text, now)

        self.fake.network = replace(self.fake.network, mailer=takes_a_second)

    def roster(self, avoid: Sequence[int] = ()) -> None:
        """Put the speakers on the roster, and let a week pass until it is published."""
        with self.fake.store.write() as tx:
            for one in roster.everybody(tx):
                roster.remove(tx, one.user_id)
            for one in self.speakers:
                names = tuple((i, "Rosa") for i in avoid)
                roster.put(
                    tx, replace(one, avoid=frozenset(avoid), avoid_names=names), self.fake.clock()
                )
        self.fake.clock.now = START + timedelta(days=8)
        self.fake.once()

    def look(self, browser: Browser, token: str) -> None:
        """Note what stands on the key page and on the private page."""
        title = key_page_title(self.fake.network)
        key_page = json.loads(self.fake.wiki.revisions(title)[-1]["text"])
        key_page["keys"] = [key["expires"] for key in key_page["keys"]]
        self._note("key page", json.dumps(key_page))
        answer = opened(browser, token)
        self._note(f"private page {answer.status}", answer.page.text)

    def _note(self, what: str, text: str) -> None:
        text = _REF.sub("REF", _TOKEN.sub("/TOKEN", _FORM.sub("", text)))
        self.seen.append((self.fake.clock.now.replace(microsecond=0), what, text))


def opened(browser: Browser, token: str) -> Answer:
    """Give a private page, with its door open."""
    path = f"/status/{token}"
    answer = browser.get(path)
    if answer.status == 200 and "open" in answer.page.fields:
        browser.press(path, "open")
        answer = browser.get(path)
    return answer


def days_of(watched: Watched, avoid: Sequence[str]) -> list[tuple[datetime, str, str]]:
    """Ask with some names to avoid, then again, then anew; give all that the two accounts see."""
    fake = watched.fake
    begins = fake.clock.now
    desk = FakeDesk(fake)
    rosas, ravis = desk.browser("Rosa"), desk.browser("Ravi")
    fake.ask(ROSA, avoid=list(avoid), status_token=FIRST)
    fake.ask(RAVI, languages=["hi"], status_token=OTHERS)
    for hours in ROUNDS:
        # However long the last round took, the next begins when it is due.
        fake.clock.now = begins + timedelta(hours=hours)
        if hours == 30:
            fake.ask(ROSA, avoid=[], status_token=REFUSED)  # refused: one is open already
        if hours == 100:
            assert opened(rosas, FIRST).status == 200
            assert rosas.press("/status/" + FIRST, "withdraw").status == 200
            fake.ask(ROSA, avoid=list(avoid), status_token=LATER)
        fake.once()
        decline_one(fake, hours)
        if hours % 8 == 0 or hours < 4:
            fake.clock.now = begins + timedelta(hours=hours, minutes=5)
            watched.look(rosas, FIRST if hours < 100 else LATER)
            watched.look(ravis, OTHERS)
    return watched.seen


def decline_one(fake: FakeNetwork, hours: int) -> None:
    """Let somebody who is asked say "not this time", some hours after the mail came."""
    texts = [mail["text"] for mail in fake.wiki.mails()]
    tokens = [token for text in texts for token in re.findall(r"/offer/(\S+)", text)]
    if tokens and hours % 12 == 0:
        fake.happened(Door.OFFER, tokens[-1], on.Declined)


WORLDS: dict[str, Callable[[Watched], tuple[Sequence[str], Sequence[int]]]] = {
    "the requester names every speaker": lambda one: (one.names, ()),
    "the requester names one speaker": lambda one: (one.names[:1], ()),
    "every speaker avoids the requester": lambda _: ((), (ROSA,)),
    "both avoid each other": lambda one: (one.names, (ROSA, RAVI)),
}


@pytest.fixture(scope="module", params=[1, 5])
def plain(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> object:
    """Give how many speak the language, and what is seen where nobody avoids anybody."""
    watched = Watched(tmp_path_factory.mktemp("plain"), request.param)
    watched.roster()
    seen = days_of(watched, [f"Nobody {number}" for number in range(request.param)])
    asked = {mail["target"] for mail in watched.fake.wiki.mails()} & set(watched.names)
    assert len(asked) == request.param, "here everybody was asked"
    return request.param, seen


@pytest.mark.parametrize("world", WORLDS)
def test_who_avoids_whom_is_seen_by_nobody(
    plain: tuple[int, list[tuple[datetime, str, str]]],
    world: str,
    tmp_path: Path,
    tell: Callable[[str], None],
) -> None:
    """Every page, every mail, its text, place and second, and every key page are the same."""
    speakers, without = plain
    watched = Watched(tmp_path, speakers)
    names, avoid = WORLDS[world](watched)
    watched.roster(avoid)
    seen = days_of(watched, names)
    if speakers == 1 or "one speaker" not in world:
        mails = watched.fake.wiki.mails()
        assert not {mail["target"] for mail in mails} & set(watched.names), "nobody was asked"
    for one, other in zip(without, seen, strict=True):
        assert one == other
    kinds = [what for _, what, _ in seen]
    assert kinds.count("mail to Rosa") >= 4
    assert kinds.count("private page 200") == kinds.count("key page")
    tell(
        f"safety row 1: {world}, {speakers} speak the language: {len(seen)} pages and mails of "
        f"{DAYS} days the same"
    )


def test_how_one_person_can_be_reached_is_in_no_key_page(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    """One speaks Turkish and uses Signal, two use it in French: the page names no way of theirs."""
    more = "channels: [desk, {id: signal, labels: {en: Signal}, reveals: {en: A number}}]\n"
    fake = make(tmp_path, more=more)
    of_few = [("tr", {"signal"}), ("fr", {"signal"}), ("fr", {"signal"}), ("fr", {"desk"})]
    of_more = [("de", {"desk"})] * 3 + [("de", {"signal"})] * 2
    with fake.store.write() as tx:
        for one in roster.everybody(tx):
            roster.remove(tx, one.user_id)
        for number, (language, channels) in enumerate([*of_few, *of_more], start=500):
            one = Supporter(
                user_id=number,
                name=f"Speaker {number}",
                languages=(language,),
                channels=frozenset(channels),
            )
            roster.put(tx, one, fake.clock())
    fake.clock.forward(days=8)
    fake.once()
    page = json.loads(fake.wiki.revisions(key_page_title(fake.network))[-1]["text"])
    assert page["languages"] == {"de": "several", "fr": "few", "tr": "few"}
    assert page["reach"] == {"de": {"desk": "few"}}
    tell("safety row 20: of 3 languages and 5 ways used in them, the 4 of one or two are not told")
