"""The outbox: one post a mail, each outcome recorded, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.casework.roster import Supporter
from bot.steps.offer import offer
from bot.steps.take_in import take_in
from bot.store import cases, outbox, roster
from bot.store.cases import StoredCase
from bot.store.schema import outbox as rows
from bot.store.store import STATE, put_setting
from bot.wiki.errors import ApiError, NoAnswerError, WikiDownError
from tests.fakes.network import FakeNetwork, make

ONE_AT_ONCE = "policy: {offers_at_once: 1}\n"


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network in which Salma speaks German and English, and Sven French."""
    return make(tmp_path)


def the_case(fake: FakeNetwork) -> StoredCase:
    """Read the only case."""
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
    return stored


def states(fake: FakeNetwork) -> dict[str, int]:
    """Count the outbox's rows by state."""
    with fake.store.read() as tx:
        return outbox.counts(tx)


def posts(fake: FakeNetwork) -> int:
    """Count what was posted to EmailUser."""
    return fake.wiki.calls.count("emailuser")


def mail_of(fake: FakeNetwork, name: str, answer: str) -> None:
    """Let mail to somebody end in this way from now on."""
    fake.wiki.accounts[name] = replace(fake.wiki.accounts[name], mail=answer)


def test_an_offer_and_a_receipt_are_one_post_each(fake: FakeNetwork) -> None:
    """A request in German rings Salma and tells Rosa, with one post for each mail."""
    fake.ask()
    assert fake.once()
    assert [mail["target"] for mail in fake.wiki.mails()] == ["Rosa", "Salma"]
    assert posts(fake) == 2
    assert states(fake) == {"sent": 2}


def test_who_was_blocked_after_the_look_is_not_asked(fake: FakeNetwork) -> None:
    """An offer can wait for the morning: whom the wiki blocks meanwhile gets none, nor a post."""
    fake.ask()
    take_in(fake.network)
    offer(fake.network)
    fake.wiki.accounts["Salma"] = replace(fake.wiki.accounts["Salma"], blocked=True)
    fake.clock.forward(minutes=2)
    fake.once()
    assert fake.wiki.mails("Salma") == []
    with fake.store.read() as tx:
        row = tx.connection.execute(select(rows).where(rows.c.kind == "offer")).one()
    assert (row.state, row.outcome, row.posts) == ("failed", "account-blocked", 0)
    assert the_case(fake).case.live_offers == ()


def test_whose_account_went_after_the_look_is_as_one_who_cannot_be_reached(
    fake: FakeNetwork,
) -> None:
    """It was there when she was chosen: the offer ends at once, and nothing is tried again."""
    fake.ask(notify=False)
    take_in(fake.network)
    offer(fake.network)
    del fake.wiki.accounts["Salma"]
    fake.clock.forward(minutes=2)
    fake.once()
    with fake.store.read() as tx:
        row = tx.connection.execute(select(rows).where(rows.c.kind == "offer")).one()
    assert (row.state, row.outcome) == ("failed", "no-account")
    assert the_case(fake).case.live_offers == ()


def test_one_number_without_an_account_stands_in_nobodys_way(fake: FakeNetwork) -> None:
    """Somebody on the roster whose account is no more is passed over, and Salma is asked."""
    nemo = Supporter(user_id=987654, name="Nemo", languages=("de",))
    with fake.store.write() as tx:
        roster.put(tx, nemo, fake.clock())
    fake.ask()
    assert fake.once()
    assert [mail["target"] for mail in fake.wiki.mails()] == ["Rosa", "Salma"]


def test_unknown_is_sent_once_more_under_the_same_reference(fake: FakeNetwork) -> None:
    """Delivered, but the answer was lost: after some minutes once more, and then never again."""
    ref = fake.ask(notify=False)
    fake.wiki.does.after["emailuser"] = NoAnswerError("timeout")
    fake.once()
    fake.once()
    assert posts(fake) == 1
    fake.clock.forward(minutes=6)
    fake.once()
    assert posts(fake) == 2
    assert states(fake) == {"unknown": 1}
    fake.clock.forward(hours=1)
    fake.once()
    assert posts(fake) == 2
    shown = f"[{ref[:4]}-{ref[4:]}]"
    assert [shown in mail["subject"] for mail in fake.wiki.mails("Salma")] == [True, True]
    # It may well have arrived, so the time to answer runs.
    assert the_case(fake).case.offers[0].state.value == "sent"


@pytest.mark.parametrize("code", ["nowikiemail", "noemail", "user-mail-no-addy"])
def test_who_can_not_be_reached_makes_way_for_the_next(tmp_path: Path, code: str) -> None:
    """Salma has turned mail off or muted us: the case goes on to whoever else there is."""
    fake = make(tmp_path, more=ONE_AT_ONCE)
    mail_of(fake, "Salma", code)
    fake.ask(languages=["en", "fr"], notify=False)
    fake.once()
    offers = {offer.supporter: offer.state.value for offer in the_case(fake).case.offers}
    assert offers == {11: "undeliverable", 12: "sent"}
    assert [mail["target"] for mail in fake.wiki.mails()] == ["Sven"]


def test_a_requester_without_mail_goes_on_all_the_same(fake: FakeNetwork) -> None:
    """Rosa cannot be written to: her case lives, and nobody tries again."""
    mail_of(fake, "Rosa", "nowikiemail")
    fake.ask()
    fake.once()
    assert the_case(fake).case.state.value == "offered"
    assert states(fake) == {"sent": 1, "failed": 1}


def test_a_case_link_that_can_not_be_delivered_is_as_handed_back(tmp_path: Path) -> None:
    """Salma said yes and turned her mail off: the case waits again and is never offered to her."""
    from bot.casework import events as on
    from bot.casework.effects import Door

    fake = make(tmp_path, more=ONE_AT_ONCE)
    fake.ask()
    fake.once()
    [token] = fake.tokens("Salma", Door.OFFER)
    fake.happened(Door.OFFER, token, lambda who: on.Accepted(who, has_room=True))
    mail_of(fake, "Salma", "nowikiemail")
    fake.once()
    assert the_case(fake).case.supporter is None
    assert the_case(fake).case.state.value == "waiting"
    assert len(fake.wiki.mails("Salma")) == 1


def test_the_wikis_limit_is_kept_and_lifted_the_next_day(tmp_path: Path) -> None:
    """With four mails a day, half is for what is under way: one new case, and word of the next."""
    fake = make(tmp_path)
    fake.wiki.does.ratelimits = {"emailuser": {"user": {"hits": 4, "seconds": 86400}}}
    fake.ask(7)
    fake.once()
    fake.ask(8)
    fake.once()
    assert [mail["target"] for mail in fake.wiki.mails()] == ["Rosa", "Salma", "Coral"]
    assert states(fake) == {"sent": 3, "queued": 1}
    fake.store.close()
    # Kept over a restart, too.
    again = make(tmp_path, fake.clock)
    again.once()
    assert posts(again) == 0
    again.clock.forward(hours=24, minutes=1)
    again.once()
    assert [mail["target"] for mail in again.wiki.mails()][3:] == ["Coral", "Ravi", "Salma"]


def test_where_the_wiki_names_no_limit_the_operators_holds(tmp_path: Path) -> None:
    """`policy.mails_per_day` bounds an account that the wiki does not bound."""
    fake = make(tmp_path, more="policy: {mails_per_day: 1}\n")
    fake.ask()
    fake.once()
    assert [mail["target"] for mail in fake.wiki.mails()] == ["Salma"], "the offer goes first"


def test_a_rate_limit_stops_everything_until_it_is_over(fake: FakeNetwork) -> None:
    """Refused for now: nothing is tried before the time that the wiki named."""
    fake.wiki.does.before["emailuser"] = ApiError("ratelimited", 600)
    fake.ask()
    fake.once()
    fake.once()
    assert posts(fake) == 1
    fake.wiki.does.before.clear()
    fake.clock.forward(minutes=9)
    fake.once()
    assert posts(fake) == 1
    fake.clock.forward(minutes=2)
    fake.once()
    assert len(fake.wiki.mails()) == 2


def test_our_own_account_blocked_waits(fake: FakeNetwork) -> None:
    """Where we may not send at all, nothing is lost and nothing is tried for an hour."""
    fake.wiki.does.before["emailuser"] = ApiError("blocked")
    fake.ask()
    fake.once()
    assert posts(fake) == 1
    assert states(fake) == {"queued": 2}
    fake.wiki.does.before.clear()
    fake.clock.forward(hours=1, seconds=1)
    fake.once()
    assert states(fake) == {"sent": 2}


@pytest.mark.parametrize("error", [WikiDownError("readonly"), WikiDownError("no-connection")])
def test_a_wiki_that_is_down_loses_nothing(fake: FakeNetwork, error: WikiDownError) -> None:
    """Nothing was sent, so it is sent later, and counts as one post."""
    fake.ask()
    fake.wiki.does.before["emailuser"] = error
    fake.once()
    fake.wiki.does.before.clear()
    fake.clock.forward(seconds=31)
    fake.once()
    assert states(fake) == {"sent": 2}
    with fake.store.read() as tx:
        assert set(tx.connection.scalars(select(rows.c.posts))) == {1}


def test_survives_the_wiki_going_away_for_an_hour(fake: FakeNetwork) -> None:
    """Every call fails for an hour; then who asked meanwhile is served, and Coral hears of it."""
    fake.ask()
    for action in ("query", "edit", "emailuser"):
        fake.wiki.does.before[action] = WikiDownError("no-connection")
    for _ in range(12):
        assert not fake.once()
        fake.clock.forward(minutes=5)
    assert fake.wiki.mails() == []
    fake.wiki.does.before.clear()
    assert fake.once()
    assert sorted(mail["target"] for mail in fake.wiki.mails()) == ["Coral", "Rosa", "Salma"]


def test_paused_nobody_is_asked(fake: FakeNetwork) -> None:
    """A paused network takes requests in and lets none act; resumed, it goes on."""
    with fake.store.write() as tx:
        put_setting(tx, STATE, "paused")
    fake.ask()
    fake.once()
    fake.clock.forward(days=20)
    fake.once()
    assert the_case(fake).case.state.value == "waiting"
    assert fake.wiki.mails() == []
    with fake.store.write() as tx:
        put_setting(tx, STATE, "open")


def test_the_shut_off_page_stops_it(fake: FakeNetwork) -> None:
    """As long as the shut-off page holds anything, nobody is asked or mailed."""
    fake.wiki.does.shut_off = True
    fake.ask()
    fake.once()
    assert fake.wiki.mails() == []
    fake.wiki.does.shut_off = False
    fake.once()
    assert len(fake.wiki.mails()) == 2


def test_a_shut_off_page_that_can_not_be_read_stops_it_too(fake: FakeNetwork) -> None:
    """Where the page could not be looked at, the wiki may have said stop: nobody is mailed."""
    fake.ask()
    with fake.store.read() as tx:
        assert cases.load_where(tx) == []
    from bot.steps.offer import offer
    from bot.steps.take_in import take_in

    take_in(fake.network)
    offer(fake.network)
    fake.wiki.does.before["query"] = NoAnswerError("timeout")
    fake.once()
    assert posts(fake) == 0


def test_a_renamed_supporter_is_written_to_under_the_new_name(fake: FakeNetwork) -> None:
    """Salma is now Selma, and a stranger has taken the old name: the mail goes to Selma."""
    accounts = fake.wiki.accounts
    accounts["Selma"] = replace(accounts.pop("Salma"), name="Selma")
    accounts["Salma"] = replace(accounts["Rosa"], name="Salma", user_id=4711)
    fake.ask(notify=False)
    fake.once()
    assert [mail["target"] for mail in fake.wiki.mails()] == ["Selma"]


def test_a_supporter_blocked_on_the_wiki_is_not_asked(fake: FakeNetwork) -> None:
    """Whoever is blocked site-wide is not asked, and the coordinators hear of the need."""
    fake.wiki.accounts["Salma"] = replace(fake.wiki.accounts["Salma"], blocked=True)
    fake.ask(notify=False)
    fake.once()
    assert [mail["target"] for mail in fake.wiki.mails()] == ["Coral"]


def test_a_coordinator_hears_once_an_hour_at_most(fake: FakeNetwork) -> None:
    """Three requests in languages that nobody speaks: one mail at once, the rest in one, later."""
    fake.ask(7, languages=["hi"], notify=False)
    fake.once()
    fake.ask(8, languages=["sw"], notify=False)
    fake.once()
    fake.ask(11, languages=["yo"], notify=False)
    fake.once()
    assert len(fake.wiki.mails("Coral")) == 1
    fake.clock.forward(minutes=61)
    fake.once()
    first, second = fake.wiki.mails("Coral")
    assert "Hindi" in first["text"]
    assert "2 things" in second["subject"]
    assert "Swahili" in second["text"]
    assert "Yoruba" in second["text"]
    assert states(fake) == {"sent": 2, "told": 1}
    fake.clock.forward(minutes=61)
    fake.once()
    assert len(fake.wiki.mails("Coral")) == 2
