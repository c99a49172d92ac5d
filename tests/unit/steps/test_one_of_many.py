"""One letter, supporter, case or name that goes wrong is set aside, and all the others go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.casework import matching_rules
from bot.casework.alarms import Alarm
from bot.casework.effects import Door, MailKind
from bot.casework.events import Accepted, Side
from bot.casework.roster import Hours, Supporter
from bot.overview import look
from bot.signs import known
from bot.steps import deliver, follow_up, offer, purge
from bot.steps import sign_in as sign_in_step
from bot.store import accounts, aside, cases, links, marks, outbox, roster, talk
from bot.store.aside import Kind
from bot.store.schema import case_secrets, complaints, offers, sign_ins, supporters
from bot.store.schema import cases as case_table
from bot.store.schema import outbox as outbox_rows
from bot.store.schema import talk as talk_rows
from bot.wiki.errors import NoAnswerError
from tests.fakes.network import ROSA, SALMA, SVEN, FakeNetwork, make

WORD = "MARKER of somebody"


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network in which Salma speaks German and English, and Sven French."""
    return make(tmp_path)


def breaks_for(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, when: Callable[..., bool]
) -> list[int]:
    """Let a function raise when its arguments are these; give a list that grows with each time."""
    real, times = getattr(module, name), list[int]()

    def sometimes(*given: Any, **named: Any) -> Any:
        if when(*given, **named):
            times.append(1)
            raise KeyError(WORD)
        return real(*given, **named)

    monkeypatch.setattr(module, name, sometimes)
    return times


def set_aside(fake: FakeNetwork) -> list[tuple[Kind, int]]:
    """List what is set aside."""
    with fake.store.read() as tx:
        return [(one.kind, one.number) for one in aside.everything(tx, fake.clock())]


def people_mailed(fake: FakeNetwork) -> list[str]:
    """Give who was written to, beside Coral, who hears of what is set aside."""
    return sorted(mail["target"] for mail in fake.wiki.mails() if mail["target"] != "Coral")


def test_a_letter_that_cannot_be_written(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Salma's raises: Rosa's, Sven's and Ravi's go; it is told, tried less and less, and goes."""
    times = breaks_for(
        monkeypatch, deliver, "prepare", lambda _n, _t, rows, *_: rows[0].recipient == SALMA
    )
    fake.ask()
    fake.ask(8, languages=["fr"])
    fake.once()
    assert people_mailed(fake) == ["Ravi", "Rosa", "Sven"]
    [(kind, _)] = set_aside(fake)
    assert kind is Kind.LETTER
    for _ in range(30):
        fake.clock.forward(seconds=10)
        fake.once()
    assert len(times) == 3, "after one minute, and after two more: never hot"
    with fake.store.read() as tx:
        seen = look(tx, fake.clock(), fake.network.config)
        assert Alarm.SET_ASIDE in known(tx)
    assert "KeyError at test_one_of_many" in seen.set_aside[0]
    assert WORD not in str(seen)
    assert WORD not in caplog.text
    assert any("was set aside" in mail["text"] for mail in fake.wiki.mails("Coral"))
    monkeypatch.undo()
    fake.clock.forward(minutes=5)
    fake.once()
    assert [mail["target"] for mail in fake.wiki.mails("Salma")] == ["Salma"]
    assert set_aside(fake) == []
    with fake.store.read() as tx:
        assert Alarm.SET_ASIDE not in known(tx)


def test_what_may_have_gone_once_goes_once_more_at_most(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer was lost, and then it could not be written for a while: no post is given back."""
    fake.ask(notify=False)
    fake.wiki.does.after["emailuser"] = NoAnswerError("timeout")
    fake.once()
    breaks_for(monkeypatch, deliver, "prepare", lambda *_: True)
    for minutes in (6, 60, 60):
        fake.clock.forward(minutes=minutes)
        fake.once()
    monkeypatch.undo()
    for _ in range(6):
        fake.clock.forward(hours=1, minutes=1)
        fake.once()
    assert len(fake.wiki.mails("Salma")) == 2


def test_a_letter_whose_case_does_not_open(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asked cannot be read for one case: its receipt waits, the others' go."""
    first = fake.ask()
    fake.once()
    with fake.store.read() as tx:
        stored = cases.load_ref(tx, first)
    assert stored is not None
    broken = stored.id + 1
    breaks_for(monkeypatch, cases, "identity_of", lambda _tx, case_id: case_id == broken)
    fake.ask(8, languages=["fr"])
    fake.ask(SVEN)
    fake.once()
    assert "Sven" in [mail["target"] for mail in fake.wiki.mails()]
    assert fake.wiki.mails("Ravi") == []
    assert (Kind.CASE, broken) in set_aside(fake)


def test_an_outcome_that_its_case_cannot_be_told_is_not_sent_twice(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail went and the case breaks on it: it is set aside, and Salma gets no second one."""
    from bot.steps import outcomes

    breaks_for(monkeypatch, outcomes, "_on_sent", lambda row: row.recipient == SALMA)
    fake.ask()
    fake.once()
    for _ in range(20):
        fake.clock.forward(minutes=10)
        fake.once()
    assert len([one for one in fake.wiki.mails("Salma") if "/offer/" in one["text"]]) == 1
    assert len(fake.wiki.mails("Rosa")) == 1


def test_an_answer_that_nobody_foresaw(fake: FakeNetwork) -> None:
    """The mailer itself raises: it may have gone, once more later, and the others go now."""
    post = fake.network.mailer

    def odd(name: str, *mail: Any) -> Any:
        outcome = post(name, *mail)
        if name == "Salma":
            raise KeyError(WORD)
        return outcome

    object.__setattr__(fake.network, "mailer", odd)
    fake.ask()
    fake.once()
    assert [mail["target"] for mail in fake.wiki.mails()] == ["Rosa", "Salma"]
    for _ in range(5):
        fake.clock.forward(minutes=10)
        fake.once()
    assert len(fake.wiki.mails("Salma")) == 2


def test_a_supporter_who_breaks_the_ranking(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Salma's entry raises in a rule: Sven, who comes after her, is asked about both requests."""

    def keep(_search: Any, some: Any) -> Any:
        if any(one.user_id == SALMA for one in some):
            raise KeyError(WORD)
        return some

    rule = matching_rules.Rule("odd", keep)
    from bot.casework import matching

    monkeypatch.setattr(matching, "_IN_TURN", (*matching._IN_TURN, rule))
    with fake.store.write() as tx:
        one = roster.get(tx, SVEN)
        assert one is not None
        roster.put(tx, replace(one, capacity=2, languages=("de", "fr")), fake.clock())
    fake.ask()
    fake.ask(8, languages=["fr"])
    fake.once()
    assert len(fake.wiki.mails("Sven")) == 2
    assert (Kind.SUPPORTER, SALMA) in set_aside(fake)
    monkeypatch.undo()
    fake.clock.forward(hours=1, minutes=1)
    fake.once()
    assert len(fake.wiki.mails("Salma")) == 1


def test_an_entry_of_the_roster_that_does_not_open(fake: FakeNetwork) -> None:
    """What is sealed for Sven is spoilt: Salma is asked, and the operator told of his number."""
    with fake.store.write() as tx:
        spoilt = update(supporters).where(supporters.c.user_id == SVEN).values(sealed=b"spoilt")
        tx.connection.execute(spoilt)
    fake.ask()
    fake.once()
    assert len(fake.wiki.mails("Salma")) == 1
    assert set_aside(fake) == [(Kind.SUPPORTER, SVEN)]
    with fake.store.read() as tx:
        assert str(SVEN) in look(tx, fake.clock(), fake.network.config).set_aside[0]


def test_a_complaint_that_does_not_open(fake: FakeNetwork) -> None:
    """It holds nobody up: whom it is about nobody can know, and everybody else is asked."""
    with fake.store.write() as tx:
        tx.connection.execute(
            insert(complaints).values(
                ref="SP01LEDX", said_by="requester", sealed=b"spoilt", made_at=fake.clock()
            )
        )
    fake.ask()
    fake.once()
    assert len(fake.wiki.mails("Salma")) == 1
    assert set_aside(fake) == []


def test_a_roster_of_which_nothing_opens_is_no_empty_one(fake: FakeNetwork) -> None:
    """Then it is not one entry: nobody is told that nobody could match."""
    with fake.store.write() as tx:
        tx.connection.execute(update(supporters).values(sealed=b"spoilt"))
    fake.ask()
    assert not fake.once()
    assert all("could" not in mail["subject"] for mail in fake.wiki.mails("Rosa"))
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
    assert not stored.case.nobody_could_told


def test_a_case_that_breaks_while_looking(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One case cannot be looked for: the next one is, in the same round."""
    first = fake.ask(languages=["de"])
    breaks_for(monkeypatch, offer, "wish_of", lambda _tx, stored, *_: stored.case.ref == first)
    fake.ask(8, languages=["fr"])
    fake.once()
    assert [mail["target"] for mail in fake.wiki.mails("Sven")] == ["Sven"]
    assert fake.wiki.mails("Salma") == []
    assert [kind for kind, _ in set_aside(fake)] == [Kind.CASE]


def test_a_case_that_cannot_be_read(fake: FakeNetwork) -> None:
    """A row that means nothing to us stands in nobody's way, for looking and for deadlines."""
    fake.ask()
    fake.once()
    with fake.store.write() as tx:
        spoilt = update(case_table).values(outcome="?", look_at=fake.clock(), due_at=fake.clock())
        tx.connection.execute(spoilt)
    fake.ask(8, languages=["fr"])
    fake.once()
    assert len(fake.wiki.mails("Sven")) == 1
    assert [kind for kind, _ in set_aside(fake)] == [Kind.CASE]


def test_a_deadline_that_cannot_be_kept(fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """One case breaks at its time: the other's deadline is kept, and this one's tried each hour."""
    fake.ask()
    fake.ask(8, languages=["fr"])
    fake.once()
    with fake.store.read() as tx:
        first, second = cases.load_where(tx)
    times = breaks_for(
        monkeypatch, follow_up, "_keep", lambda _n, _t, number, _now: number == first.id
    )
    fake.clock.forward(hours=30)
    fake.once()
    for _ in range(60):
        fake.clock.forward(seconds=10)
        fake.once()
    assert 1 < len(times) <= 5
    with fake.store.read() as tx:
        after = cases.load(tx, second.id)
    assert after is not None
    assert after.due_at != second.due_at


def test_a_name_entered_that_cannot_be_opened(fake: FakeNetwork) -> None:
    """One name at the desk's door is spoilt: who came after gets their link."""
    with fake.store.write() as tx:
        accounts.ask(tx, Door.ASK, "Ravi", "en", fake.clock())
        tx.connection.execute(update(sign_ins).values(sealed=b"spoilt"))
        accounts.ask(tx, Door.ASK, "Rosa", "en", fake.clock())
    fake.once()
    assert len(fake.wiki.mails("Rosa")) == 1
    assert [kind for kind, _ in set_aside(fake)] == [Kind.SIGN_IN]


def test_a_name_that_cannot_be_answered(fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of three breaks while it is answered: the other two get their links."""
    breaks_for(monkeypatch, sign_in_step, "_answer", lambda _n, _t, asked, *_: asked.name == "Ravi")
    with fake.store.write() as tx:
        for name in ("Rosa", "Ravi", "Salma"):
            accounts.ask(tx, Door.ASK, name, "en", fake.clock())
    fake.once()
    assert people_mailed(fake) == ["Rosa", "Salma"]


def test_a_supporter_who_cannot_be_relieved(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Salma and Sven are blocked, and hers breaks: his case waits for somebody else."""
    fake.ask()
    fake.ask(8, languages=["fr"])
    fake.once()
    for name in ("Salma", "Sven"):
        fake.wiki.accounts[name] = replace(fake.wiki.accounts[name], blocked=True)
    times = breaks_for(monkeypatch, cases, "leave", lambda _tx, user_id, **_: user_id == SALMA)
    fake.clock.forward(hours=1, minutes=1)
    fake.once()
    with fake.store.read() as tx:
        states = {case.case.ref: case.case.state.value for case in cases.load_where(tx)}
    assert sorted(states.values()) == ["offered", "waiting"]
    fake.clock.forward(seconds=10)
    fake.once()
    assert len(times) == 1


def test_what_cannot_be_deleted_keeps_nothing_else(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One kind of deletion breaks: what else is past its time goes all the same."""
    breaks_for(monkeypatch, marks, "forget_expired", lambda *_: True)
    fake.ask()
    fake.once()
    with fake.store.write() as tx:
        links.put(
            tx, b"x" * 32, Door.OFFER, 1, supporter=SALMA, now=fake.clock(), expires_at=fake.clock()
        )
    fake.clock.forward(seconds=1)
    assert purge.purge(fake.network)
    assert (Kind.DELETION, 2) in set_aside(fake)


def test_a_zone_that_the_machine_no_longer_knows(fake: FakeNetwork) -> None:
    """Her zone is gone from the machine: she is asked within her hours by UTC, like all others."""
    gone = Supporter(
        user_id=ROSA,
        name="Rosa",
        languages=("sw",),
        timezone="Mars/Olympus",
        hours=Hours(time(8), time(22)),
    )
    with fake.store.write() as tx:
        roster.put(tx, gone, fake.clock())
    fake.ask(8, languages=["sw"], notify=False)
    fake.ask(SVEN, notify=False)
    fake.once()
    assert "(UTC)" in fake.wiki.mails("Rosa")[0]["text"]
    assert len(fake.wiki.mails("Salma")) == 1
    assert set_aside(fake) == []


def test_more_than_can_be_told_apart_wait_together(fake: FakeNetwork) -> None:
    """Beyond a bound a whole kind waits: the list stays small, and nothing is tried hot."""
    now = fake.clock()
    with fake.store.write() as tx:
        for number in range(aside.MOST + 5):
            aside.put(tx, Kind.CASE, number, "KeyError at bot.somewhere:1", now)
        kept = aside.everything(tx, now)
        assert len(kept) == aside.MOST + 1
        assert aside.ALL in aside.held(tx, Kind.CASE, now)
        assert aside.done(tx, Kind.CASE, 3, now)
    fake.clock.forward(hours=5)
    assert set_aside(fake) == [], "what nobody tried again is no more"


def test_two_cases_of_a_supporter_who_goes(fake: FakeNetwork) -> None:
    """Of two that Salma is asked about one cannot be read: the other is looked for anew at once."""
    with fake.store.write() as tx:
        one = roster.get(tx, SALMA)
        assert one is not None
        roster.put(tx, replace(one, capacity=2), fake.clock())
    first, second = fake.ask(), fake.ask(8)
    fake.once()
    with fake.store.write() as tx:
        spoilt = update(case_table).where(case_table.c.ref == first).values(outcome="?")
        tx.connection.execute(spoilt)
        policy = fake.network.config.policy
        assert cases.leave(tx, SALMA, now=fake.clock(), policy=policy) == 1
        left = cases.load_ref(tx, second)
    assert left is not None
    assert left.case.live_offers == ()
    assert [kind for kind, _ in set_aside(fake)] == [Kind.CASE]


def test_what_one_case_had_begun_is_undone(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half told, it would be neither before nor after: it stays as it was, the other goes on."""
    with fake.store.write() as tx:
        one = roster.get(tx, SALMA)
        assert one is not None
        roster.put(tx, replace(one, capacity=2), fake.clock())
    first, second = fake.ask(), fake.ask(8)
    fake.once()
    with fake.store.read() as tx:
        before = cases.load_ref(tx, first)
    assert before is not None
    breaks_for(monkeypatch, cases, "carry_out", lambda _tx, number, *_: number == before.id)
    with fake.store.write() as tx:
        policy = fake.network.config.policy
        cases.decline_all(tx, SALMA, now=fake.clock(), policy=policy)
        assert cases.load_ref(tx, first) == before
        other = cases.load_ref(tx, second)
    assert other is not None
    assert other.case.live_offers == ()


def test_a_supported_case_that_does_not_open(fake: FakeNetwork) -> None:
    """Who asked cannot be read: whoever was blocked meanwhile is relieved of all others."""
    fake.ask()
    fake.ask(8, languages=["fr"])
    fake.once()
    for name in ("Salma", "Sven"):
        [token] = fake.tokens(name, Door.OFFER)
        fake.happened(Door.OFFER, token, lambda who: Accepted(who, has_room=True))
    fake.once()
    with fake.store.write() as tx:
        [number] = [one.id for one in cases.load_where(tx) if one.case.supporter == SALMA]
        this = case_secrets.c.case_id == number
        tx.connection.execute(update(case_secrets).where(this).values(sealed=b"spoilt"))
    fake.wiki.accounts["Sven"] = replace(fake.wiki.accounts["Sven"], blocked=True)
    fake.clock.forward(minutes=6)
    fake.once()
    with fake.store.read() as tx:
        assert roster.busy(tx) == [SALMA]
    assert (Kind.CASE, number) in set_aside(fake)


def test_a_mail_of_a_kind_that_this_release_does_not_know(fake: FakeNetwork) -> None:
    """A row of a later release waits, and alarms; all other mail goes."""
    with fake.store.write() as tx:
        outbox.tell_coordinators(tx, MailKind.PROSE, "1", fake.clock())
        tx.connection.execute(update(outbox_rows).values(kind="of-next-year", coordinator="Coral"))
        tx.connection.execute(update(outbox_rows).values(priority=0))
    fake.ask()
    fake.once()
    assert people_mailed(fake) == ["Rosa", "Salma"]
    fake.clock.forward(hours=1, minutes=1)
    fake.once()
    with fake.store.read() as tx:
        assert Alarm.OUTBOX_STUCK in known(tx)


def test_somebody_lost_their_links_and_one_case_is_damaged(tmp_path: Path) -> None:
    """They are sent the link to the other one."""
    fake = make(tmp_path, more="policy: {open_requests_per_account: 2}\n")
    first, _second = fake.ask(notify=False), fake.ask(notify=False)
    fake.once()
    with fake.store.write() as tx:
        spoilt = update(case_table).where(case_table.c.ref == first).values(outcome="?")
        tx.connection.execute(spoilt)
        accounts.ask(tx, Door.ME, "Rosa", "en", fake.clock())
    fake.once()
    assert len(fake.tokens("Rosa", Door.STATUS)) == 1


def test_an_offer_that_cannot_be_read_leaves_its_case_out_of_lists(fake: FakeNetwork) -> None:
    """And no other: people who look at the list see all that can be read."""
    first = fake.ask()
    second = fake.ask(8, languages=["fr"])
    fake.once()
    with fake.store.write() as tx:
        [number] = [one.id for one in cases.load_where(tx) if one.case.ref == first]
        tx.connection.execute(update(offers).where(offers.c.case_id == number).values(state="?"))
        assert [one.case.ref for one in cases.list_where(tx)] == [second]


def test_a_message_that_cannot_be_read(fake: FakeNetwork) -> None:
    """It keeps its place in the conversation, and the others are there."""
    fake.ask()
    fake.once()
    [token] = fake.tokens("Salma", Door.OFFER)
    fake.happened(Door.OFFER, token, lambda who: Accepted(who, has_room=True))
    with fake.store.write() as tx:
        [stored] = cases.load_where(tx)
        for text in ("one", "two", "three"):
            talk.put(tx, stored.id, SALMA, Side.SUPPORTER, text, fake.clock())
        second = tx.connection.scalars(select(talk_rows.c.id).order_by(talk_rows.c.id)).all()[1]
        this = talk_rows.c.id == second
        tx.connection.execute(update(talk_rows).where(this).values(sealed=b"spoilt"))
        assert [one.text for one in talk.of(tx, stored.id, SALMA)] == ["one", None, "three"]
