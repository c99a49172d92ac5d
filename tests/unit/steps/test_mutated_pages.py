"""Whole pages, changed at random, read and recorded: each message on them has exactly one outcome.

A few hundred in every run; as many as `PEER_SUPPORT_MUTATIONS` says when somebody wants to know.
"""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.network import Network
from bot.request.page import normalised, read_revision
from bot.request.plain import identity
from bot.request.request import EnvelopeOutcome
from bot.steps.page_revisions import PageRevisions
from bot.store.schema import cases, messages, revisions
from bot.wiki.intake import WINDOW, Intake, Revision
from tests.fakes.network import START, FakeNetwork, make
from tests.unit.steps.page_pieces import Piece, Pieces, mutated

PAGES = int(os.environ.get("PEER_SUPPORT_MUTATIONS", "400"))
AT_ONCE = 50
FIRST = 10**6
REGULARS = range(200, 220)
"""Accounts that write again and again; everybody else writes once."""


@dataclass(frozen=True)
class Page:
    """One saved page: what stood there before, and the pieces that its author put in."""

    revision: Revision
    before: Revision
    own: list[Piece] = field(repr=False)

    @property
    def author(self) -> int:
        """Who saved it."""
        return self.revision.user_id or 0

    @property
    def number(self) -> int:
        """Which page it is; with the seed it can be written again."""
        return (self.before.revid - FIRST) // 2

    @property
    def text(self) -> str:
        """What they saved."""
        return self.revision.text or ""

    def whole(self) -> Iterator[Piece]:
        """Yield the pieces that the mutations have left whole, and that did not stand there."""
        before = self.before.text or ""
        for piece in self.own:
            known = normalised(piece.text) in normalised(before)
            # One without its end takes what comes after it along.
            if piece.text in self.text and piece.text.endswith("}}") and not known:
                yield piece


class Shelf(Intake):
    """An intake page whose revisions are handed in."""

    def __init__(self) -> None:
        self.title = "Project:Peer support/Intake"
        self.kept: list[Revision] = []

    def listing(self, since: object) -> list[Revision]:
        """List what was put here, without its text."""
        return [replace(one, text=None) for one in self.kept]

    def by_id(self, revids: Sequence[int]) -> list[Revision]:
        """Give what was put here."""
        return [one for one in self.kept if one.revid in revids]


def a_page(seed: int, number: int, pieces: Pieces) -> Page:
    """Write one page, put some of it there before, and change the rest at random."""
    draw = random.Random(f"{seed}/{number}")
    author = draw.choice(REGULARS) if draw.random() < 0.3 else 1000 + number
    saved_at = START + timedelta(seconds=number)
    others = [pieces.of_others(draw, author) for _ in range(draw.randrange(4))]
    before = "\n".join(piece.text for piece in others)
    own = [pieces.own(draw, author) for _ in range(draw.randrange(1, 6))]
    order = [*others, *own]
    if draw.random() < 0.3:
        draw.shuffle(order)
    after = mutated(draw, "\n".join(piece.text for piece in order))
    revid = FIRST + 2 * number
    first = Revision(revid, 0, saved_at, 1, before, (), f"b{number}")
    second = Revision(revid + 1, revid, saved_at, author, after, (), f"a{number}")
    return Page(second, first, own)


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network on a fake wiki."""
    return make(tmp_path)


@pytest.mark.timeout(60 + PAGES / 4)
def test_each_message_has_one_outcome(fake: FakeNetwork, caplog: pytest.LogCaptureFixture) -> None:
    """No page makes reading stumble, and a second reading finds nothing that was not there."""
    seed = random.randrange(2**32)
    shelf = Shelf()
    network = replace(fake.network, intake=shelf)
    pieces = Pieces(network)
    started = time.monotonic()
    for start in range(0, PAGES, AT_ONCE):
        batch = [a_page(seed, at, pieces) for at in range(start, min(PAGES, start + AT_ONCE))]
        shelf.kept = [one for page in batch for one in (page.before, page.revision)]
        saved = [page.revision for page in batch]
        where = f"seed {seed}, pages from {start}"
        assert PageRevisions(network, START - WINDOW, START).read(saved), where
        assert caplog.records == [], where
        for page in batch:
            assert problems(network, page, pieces.sealed_by) == [], (
                f"seed {seed}, page {page.number}"
            )
        written = newest(network)
        again = PageRevisions(network, START - WINDOW, START)
        assert not again.read(saved), where
        assert not again.read(saved), where
        assert again.read([saved_once_more(saved[-1])]), where
        assert newest(network) == written, where
    seconds = time.monotonic() - started
    found = outcomes(network)
    print(f"\n{PAGES:,} pages (seed {seed}), {found.total():,} messages in {seconds:.0f} s:")
    print("\n".join(f"{number:9,}  {outcome}" for outcome, number in found.most_common()))
    assert opened(network) == sum(
        n for outcome, n in found.items() if outcome.startswith("request")
    )
    if PAGES >= 400:
        seen = {outcome.partition(" ")[0] for outcome in found}
        assert seen == {outcome.value for outcome in EnvelopeOutcome}


def problems(network: Network, page: Page, sealed_by: dict[bytes, int]) -> list[str]:
    """Name what is wrong with how a page was recorded."""
    found = read_revision(page.before.text, page.text)
    rows = recorded(network, page.revision.revid)
    many = len(found.envelopes) + len(found.plain) + found.too_much
    wrong = []
    if [row.place for row in rows] != list(range(many)):
        wrong.append(f"{many} messages, {len(rows)} outcomes")
    if not was_read(network, page.revision.revid):
        wrong.append("not read")
    outcome_of = {row.digest: row.outcome for row in rows}
    whole = list(page.whole())
    for piece in whole:
        digest = digest_of(piece, page.author)
        # Of what is more than may be read of one revision, it is recorded that it was there.
        if digest is not None and digest not in outcome_of and not found.too_much:
            wrong.append(f"lost: {piece.kind}")
    taken = [row for row in rows if row.outcome == EnvelopeOutcome.REQUEST.value]
    if any(row.sealed_envelope and sealed_by.get(row.digest) != page.author for row in taken):
        wrong.append("a request that its author never sealed")
    if len(taken) > 1:
        wrong.append("two requests from one account")
    asked = any(piece.kind == "request" for piece in whole)
    if asked and not taken and page.author not in REGULARS:
        wrong.append("somebody asked, and is not heard")
    return wrong


def digest_of(piece: Piece, author: int) -> bytes | None:
    """Give what a piece is known by when it is whole; None for words."""
    if piece.sealed is not None:
        return hashlib.sha256(piece.sealed).digest()
    return identity(author, piece.text) if piece.kind == "plain" else None


def saved_once_more(revision: Revision) -> Revision:
    """Save the same text again on top of it: nothing was added by that."""
    return replace(revision, revid=revision.revid + 10**9, parent=revision.revid, sha1="again")


def recorded(network: Network, revid: int) -> list[Any]:
    """Give what was recorded of a revision's messages."""
    with network.store.read() as tx:
        query = select(messages).where(messages.c.revid == revid).order_by(messages.c.id)
        return list(tx.connection.execute(query))


def was_read(network: Network, revid: int) -> bool:
    """Say whether a revision was read, and not set aside."""
    with network.store.read() as tx:
        query = select(revisions.c.readable).where(revisions.c.revid == revid)
        return bool(tx.connection.scalar(query))


def newest(network: Network) -> int:
    """Give the number of the last message that was recorded."""
    with network.store.read() as tx:
        return tx.connection.scalar(select(func.max(messages.c.id))) or 0


def opened(network: Network) -> int:
    """Count the cases."""
    with network.store.read() as tx:
        return tx.connection.scalar(select(func.count()).select_from(cases)) or 0


def outcomes(network: Network) -> Counter[str]:
    """Count the recorded messages by outcome and reason."""
    columns = (messages.c.outcome, messages.c.reason)
    with network.store.read() as tx:
        rows = tx.connection.execute(select(*columns, func.count()).group_by(*columns))
        return Counter({f"{row[0]} ({row[1]})": row[2] for row in rows})
