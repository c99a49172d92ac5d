"""Written by hand by somebody whom no mail reaches: nobody answers into nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.store import cases, roster
from tests.fakes.network import ROSA, SALMA, FakeNetwork, make

BY_HAND = "{{Peer support request|languages=de|message=Please write.}}"


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network on whose wiki Rosa receives no mail."""
    fake = make(tmp_path)
    accounts = fake.wiki.accounts
    accounts["Rosa"] = replace(accounts["Rosa"], emailable=False)
    return fake


def no_way(fake: FakeNetwork) -> tuple[str, ...]:
    """Read by which ways nothing reaches who asked in the only case."""
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
        who = cases.identity_of(tx, stored.id)
    assert who is not None
    return who.no_way


def salma_uses(fake: FakeNetwork, *channels: str) -> None:
    """Let Salma talk by these ways alone."""
    with fake.store.write() as tx:
        salma = roster.get(tx, SALMA)
        assert salma is not None
        roster.put(
            tx, replace(salma, channels=frozenset(channels), languages=("en", "de")), fake.clock()
        )


def test_by_hand_the_coordinators_hear_of_the_revision(fake: FakeNetwork) -> None:
    """And neither Wikimail nor the desk is a way: the link to their page came by mail."""
    revid = fake.wiki.append(ROSA, BY_HAND)
    fake.once()
    assert no_way(fake) == ("wikimail", "desk", "email", "signal"), "nor where to give an address"
    told = [mail for mail in fake.wiki.mails("Coral") if f"Special:Diff/{revid}" in mail["text"]]
    assert len(told) == 1
    assert "Rosa" not in told[0]["text"]
    assert "Please write" not in told[0]["text"]


def test_sealed_the_desk_is_still_a_way(fake: FakeNetwork) -> None:
    """The form has given them the link to their page, and coordinators need not act."""
    fake.ask(ROSA)
    fake.once()
    assert no_way(fake) == ("wikimail",)
    assert not [mail for mail in fake.wiki.mails("Coral") if "Special:Diff" in mail["text"]]


OFFERED = {"desk": "Private conversation", "wikimail": "Wikimail (", "email": "E-mail"}


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ({"channels": ["desk", "wikimail"]}, {"desk"}),
        ({"channels": ["email", "wikimail"], "contact": {"email": "a@b.example"}}, {"email"}),
        ({"channels": ["wikimail"]}, set()),
        (None, set()),  # by hand, any way
    ],
)
def test_an_offer_lists_the_ways_that_exist(
    fake: FakeNetwork, asked: dict[str, Any] | None, listed: set[str]
) -> None:
    """What a supporter says yes to is what there is; where there is none, that is said."""
    salma_uses(fake, "desk", "wikimail", "email")
    if asked is None:
        fake.wiki.append(ROSA, BY_HAND)
    else:
        fake.ask(ROSA, **asked)
    fake.once()
    [offer] = [mail["text"] for mail in fake.wiki.mails("Salma")]
    assert {way for way, name in OFFERED.items() if name in offer} == listed
    assert (fake.network.messages.text("offer-no-way", "en") in offer) == (not listed)
    assert "by hand" not in offer


@pytest.mark.parametrize(
    ("uses", "is_asked"), [("wikimail", False), ("desk", True)], ids=["no way", "a way"]
)
def test_nobody_is_asked_who_could_not_answer(
    fake: FakeNetwork, uses: str, *, is_asked: bool
) -> None:
    """A supporter who uses Wikimail alone is no help to somebody whom none reaches."""
    salma_uses(fake, uses)
    fake.ask(ROSA, channels=["desk", "wikimail"])
    fake.once()
    assert bool(fake.wiki.mails("Salma")) is is_asked


def test_with_mail_every_way_is_there(fake: FakeNetwork) -> None:
    """Nothing changes for anybody who can be written to."""
    fake.wiki.append(8, BY_HAND)
    fake.once()
    assert no_way(fake) == ()
    assert not [mail for mail in fake.wiki.mails("Coral") if "Special:Diff" in mail["text"]]
