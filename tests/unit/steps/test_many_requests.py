"""Very many requests: the mails of a day are shared so that who is under way is served first."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from bot.casework import events as on
from bot.casework.effects import Door
from bot.cli.main import cli
from bot.config_place import SECRET_VARIABLE as VARIABLE
from bot.overview import look
from bot.store import cases, line, outbox, roster
from bot.store.schema import cases as case_table
from bot.store.schema import outbox as rows
from tests.fakes.network import ROSTER, SECRET, FakeNetwork, make
from tests.fakes.wiki import FakeAccount

POLICY = "policy: {{offers_at_once: 1, mails_per_day: {mails}, answer_within_hours: 200}}\n"
CROWD, LATER = range(100, 140), (300, 301, 323)


def crowded(folder: Path, mails: int) -> FakeNetwork:
    """Give a network on whose wiki forty more people have an account."""
    fake = make(folder, more=POLICY.format(mails=mails))
    for number in (*CROWD, *LATER):
        fake.wiki.accounts[f"Crowd {number}"] = FakeAccount(number, f"Crowd {number}")
    with fake.store.write() as tx:
        roster.put(tx, replace(ROSTER[0], capacity=100, per_week=1000), fake.clock())
    return fake


def everybody_asks(fake: FakeNetwork) -> None:
    """Let each of the forty ask, in German, for the bell."""
    for number in CROWD:
        fake.ask(number)


def states(fake: FakeNetwork) -> list[str]:
    """Give the states of the cases, in the order in which they came."""
    with fake.store.read() as tx:
        return list(tx.connection.scalars(select(case_table.c.state).order_by(case_table.c.id)))


def told(fake: FakeNetwork) -> list[str]:
    """Give what the coordinators were told of the surge."""
    with fake.store.read() as tx:
        query = select(rows.c.reason).where(rows.c.kind == "surge").order_by(rows.c.id)
        return list(tx.connection.scalars(query))


def test_a_surge_waits_in_line_and_is_told_once(tmp_path: Path) -> None:
    """Forty mails a day carry five new cases; the others have their turn, oldest first."""
    fake = crowded(tmp_path, mails=40)
    everybody_asks(fake)
    for _ in range(3):
        fake.once()
        assert states(fake) == ["offered"] * 5 + ["waiting"] * 35
    with fake.store.read() as tx:
        assert look(tx, fake.clock(), fake.network.config).new_cases == "35 wait in line"
    assert told(fake) == ["held"]
    assert [mail["target"] for mail in fake.wiki.mails("Coral")] == ["Coral"]
    assert "in turn" in fake.wiki.mails("Coral")[0]["text"]
    for day in range(2, 9):
        fake.clock.forward(hours=24)
        fake.once()
        assert states(fake) == ["offered"] * 5 * day + ["waiting"] * (40 - 5 * day)
    fake.clock.forward(hours=24)
    fake.once()
    assert told(fake) == ["held", "over"]
    with fake.store.read() as tx:
        assert look(tx, fake.clock(), fake.network.config).new_cases == "asked about at once"


def test_a_day_is_never_overdrawn_and_half_is_for_those_under_way(tmp_path: Path) -> None:
    """A flood's receipts leave room: who says yes in it gets their link, and the requester word."""
    fake = crowded(tmp_path, mails=40)
    everybody_asks(fake)
    fake.once()
    before = len(fake.wiki.mails())
    assert before <= 20 + 1  # the half that new cases may take, and the coordinators' mail
    token = fake.tokens("Salma", Door.OFFER)[0]
    fake.happened(Door.OFFER, token, lambda who: on.Accepted(who, has_room=True))
    fake.once()
    assert len(fake.tokens("Salma", Door.CASE)) == 1
    assert [mail["target"] for mail in fake.wiki.mails()][before:] == ["Salma", "Crowd 100"]
    fake.once()
    with fake.store.read() as tx:
        assert outbox.posted_since(tx, fake.clock.now.replace(year=2000)) <= 40


def test_who_was_offered_before_goes_on(tmp_path: Path) -> None:
    """A case begun before the surge finds its next supporter, though others wait in line."""
    fake = crowded(tmp_path, mails=40)
    ref = fake.ask(languages=["fr", "de"])
    fake.once()
    everybody_asks(fake)
    fake.once()
    [token] = fake.tokens("Sven", Door.OFFER)
    fake.happened(Door.OFFER, token, on.Declined)
    fake.once()
    shown = f"[{ref[:4]}-{ref[4:]}]"
    assert [shown in mail["subject"] for mail in fake.wiki.mails("Salma")].count(True) == 1


def test_a_coordinator_can_have_somebody_asked_out_of_turn(tmp_path: Path) -> None:
    """A case in the line is begun when a coordinator chooses a supporter for it."""
    fake = crowded(tmp_path, mails=40)
    everybody_asks(fake)
    fake.once()
    with fake.store.write() as tx:
        last = cases.load_where(tx)[-1]
        assert last.case.begun_at is None
        chosen = on.OfferedTo(12)
        cases.happened(tx, last.id, chosen, now=fake.clock(), policy=fake.network.config.policy)
        assert line.waiting(tx, fake.clock()) == 34
    fake.once()
    assert len(fake.wiki.mails("Sven")) == 1


def test_why_says_that_a_case_waits_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody matches, and is not asked yet: the command says what it waits for."""
    fake = crowded(tmp_path, mails=40)
    everybody_asks(fake)
    fake.once()
    with fake.store.read() as tx:
        [first, *_, last] = [stored.case.ref for stored in cases.load_where(tx)]
    monkeypatch.setenv(VARIABLE, base64.urlsafe_b64encode(SECRET).decode().rstrip("="))
    config = str(tmp_path / "config" / "peer-support.yaml")
    said = [
        CliRunner().invoke(cli, ["--config", config, "cases", "why", ref]).output
        for ref in (first, last)
    ]
    assert ["waits its turn" in one for one in said] == [False, True]


def test_word_to_authors_has_a_share_of_its_own(tmp_path: Path) -> None:
    """Forty accounts post junk: a tenth of the day's mails tells of it, the rest are counted."""
    fake = crowded(tmp_path, mails=40)
    for number in CROWD:
        page = fake.wiki.revisions()[-1]["text"]
        junk = "\n{{Peer support envelope|v=1|key=k0|sealed=\n" + "A" * 64 * number + "\n}}\n"
        fake.wiki.save(number, page + junk)
    fake.once()
    notices = [mail for mail in fake.wiki.mails() if mail["target"].startswith("Crowd")]
    assert len(notices) == 4
    with fake.store.read() as tx:
        assert look(tx, fake.clock(), fake.network.config).notices_dropped == 36
    fake.clock.forward(hours=25)
    fake.wiki.save(139, fake.wiki.revisions()[-1]["text"] + "\n{{Peer support envelope|v=2|x}}\n")
    fake.once()
    assert len(fake.wiki.mails("Crowd 139")) == 1, "told on another day"


def test_requests_that_nobody_can_be_asked_about_hold_no_line(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    """Forty in a language nobody speaks: the line flows, and the next one is not held up."""
    fake = crowded(tmp_path, mails=40)
    for number in CROWD:
        fake.ask(number, languages=["hi"], notify=False)
    fake.once()
    assert told(fake) == []
    offered = 0
    for hours in (0, 1, 23):
        fake.clock.forward(hours=hours)
        fake.ask(300 + hours, languages=["de"], notify=False)
        fake.once()
        offered += 1
        assert states(fake).count("offered") == offered
    assert told(fake) == []
    tell(
        f"safety row 5: {len(CROWD)} requests in a language nobody speaks spent no mail of the "
        f"line's; {offered} others were each asked about in their first round"
    )


def test_those_looked_for_in_vain_keep_to_the_days_mails(tmp_path: Path) -> None:
    """Somebody learns it: forty are not asked about at once, and who came since is first."""
    fake = crowded(tmp_path, mails=40)
    for number in CROWD:
        fake.ask(number, languages=["hi"], notify=False)
    fake.once()
    with fake.store.write() as tx:
        one = replace(ROSTER[0], capacity=100, per_week=1000, languages=("de", "hi"))
        roster.put(tx, one, fake.clock())
    fake.clock.forward(hours=1, minutes=1)
    fake.ask(300, languages=["de"], notify=False)
    fake.once()
    assert states(fake).count("offered") == 5, "as many as half of the day's mails carry"
    assert states(fake)[-1] == "offered"
