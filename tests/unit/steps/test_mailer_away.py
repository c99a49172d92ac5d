"""The wiki takes no mail for a while, whomever it is for: nobody pays for it but with time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.casework import events as on
from bot.casework.alarms import REFUSED_FOR, Alarm
from bot.casework.effects import Door, MailKind, Role
from bot.overview import look
from bot.patience import ENOUGH_IN_A_ROW, GIVE_UP_AFTER, MAILER_LONGEST, OTHERS_SENT
from bot.signs import known
from bot.store import accounts, cases, outbox
from bot.store.cases import StoredCase
from bot.wiki.errors import WikiDownError
from tests.fakes.network import ROSA, SALMA, SVEN, FakeNetwork, make
from tests.fakes.wiki import FakeAccount

CODES = ["pear-mail-error", "php-mail-error", "php-mail-error-unknown", "hookaborted", "new-code"]


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network in which Salma speaks German and English, and Sven French."""
    return make(tmp_path, more="policy: {offers_at_once: 1}\n")


def the_case(fake: FakeNetwork) -> StoredCase:
    """Read the only case."""
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
    return stored


def posts(fake: FakeNetwork) -> int:
    """Count what was posted to EmailUser."""
    return fake.wiki.calls.count("emailuser")


def states(fake: FakeNetwork) -> dict[str, int]:
    """Count the outbox's rows by state."""
    with fake.store.read() as tx:
        return outbox.counts(tx)


def pass_time(fake: FakeNetwork, minutes: int, every: int = 1) -> None:
    """Let time pass, with a round every so many minutes."""
    for _ in range(0, minutes, every):
        fake.clock.forward(minutes=every)
        fake.once()


@pytest.mark.parametrize("code", CODES)
def test_a_mailer_that_is_away_for_seconds_costs_nobody_anything(
    fake: FakeNetwork, code: str
) -> None:
    """Salma is asked and Rosa told once the mailer is back; until then no offer was sent."""
    fake.wiki.does.mailer = code
    fake.ask(languages=["en", "fr"])
    fake.once()
    assert fake.wiki.mails() == []
    [offer] = the_case(fake).case.offers
    assert (offer.supporter, offer.state.value, offer.answer_by) == (SALMA, "queued", None)
    assert states(fake) == {"queued": 2}
    fake.wiki.does.mailer = ""
    fake.clock.forward(minutes=1, seconds=1)
    fake.once()
    assert [mail["target"] for mail in fake.wiki.mails()] == ["Rosa", "Salma"]
    [offer] = the_case(fake).case.offers
    assert offer.sent_at == fake.clock()
    hours = fake.network.config.policy.answer_within_hours
    assert offer.answer_by == fake.clock() + timedelta(hours=hours)


def test_who_said_yes_keeps_the_case(fake: FakeNetwork) -> None:
    """The link to the case waits for two days: it is Salma's still, with all her time to write."""
    fake.ask()
    fake.once()
    [token] = fake.tokens("Salma", Door.OFFER)
    fake.happened(Door.OFFER, token, lambda who: on.Accepted(who, has_room=True))
    fake.wiki.does.mailer = "pear-mail-error"
    pass_time(fake, 48 * 60, every=30)
    assert the_case(fake).case.supporter == SALMA
    assert not the_case(fake).case.nudged
    fake.wiki.does.mailer = ""
    pass_time(fake, 120, every=15)
    [link] = fake.tokens("Salma", Door.CASE)
    assert link
    hours = fake.network.config.policy.contact_within_hours
    contact_by = the_case(fake).case.contact_by
    assert contact_by is not None
    assert contact_by >= fake.clock() + timedelta(hours=hours) - timedelta(minutes=120)


def test_a_link_that_came_late_leaves_all_the_time_to_write(fake: FakeNetwork) -> None:
    """The time for first contact runs from the mail, not from the yes."""
    fake.ask()
    fake.once()
    [token] = fake.tokens("Salma", Door.OFFER)
    fake.happened(Door.OFFER, token, lambda who: on.Accepted(who, has_room=True))
    fake.wiki.does.mailer = "pear-mail-error"
    pass_time(fake, 60, every=10)
    fake.wiki.does.mailer = ""
    while not fake.tokens("Salma", Door.CASE):
        pass_time(fake, 1)
    hours = fake.network.config.policy.contact_within_hours
    assert the_case(fake).case.contact_by == fake.clock() + timedelta(hours=hours)


def test_a_sign_in_link_comes_once_the_mailer_is_back(fake: FakeNetwork) -> None:
    """Who asked at /ask while it was away gets their link, once, however often they ask."""
    fake.wiki.does.mailer = "pear-mail-error"
    for _ in range(3):
        with fake.store.write() as tx:
            accounts.ask(tx, Door.ASK, "Rosa", "en", fake.clock())
        fake.once()
        fake.clock.forward(minutes=1)
    fake.wiki.does.mailer = ""
    pass_time(fake, 20)
    assert len(fake.wiki.mails("Rosa")) == 1


@pytest.mark.parametrize(("door", "code"), [(Door.ASK, "noemail"), (Door.ME, "nowikiemail")])
def test_a_sign_in_link_that_never_came_is_not_spent(
    fake: FakeNetwork, door: Door, code: str
) -> None:
    """Salma had muted us: once she has not, she can ask on the same day, and gets her link."""
    fake.wiki.accounts["Salma"] = replace(fake.wiki.accounts["Salma"], mail=code)
    for mail in (code, "Success"):
        fake.wiki.accounts["Salma"] = replace(fake.wiki.accounts["Salma"], mail=mail)
        with fake.store.write() as tx:
            accounts.ask(tx, door, "Salma", "en", fake.clock())
        fake.once()
    assert len(fake.wiki.mails("Salma")) == 1


def test_a_lost_status_link_that_never_came_is_not_spent(fake: FakeNetwork) -> None:
    """The same for Rosa, who asks at /me for the link to her open request."""
    fake.ask(notify=False)
    fake.once()
    for mail in ("nowikiemail", "Success"):
        fake.wiki.accounts["Rosa"] = replace(fake.wiki.accounts["Rosa"], mail=mail)
        with fake.store.write() as tx:
            accounts.ask(tx, Door.ME, "Rosa", "en", fake.clock())
        fake.once()
    assert len(fake.wiki.mails("Rosa")) == 1


def test_a_thousand_letters_are_not_each_tried_every_minute(fake: FakeNetwork) -> None:
    """Once three were refused in a row, one is tried from time to time; then all go at once."""
    many = 200
    with fake.store.write() as tx:
        for number in range(many):
            user_id = 1000 + number
            fake.wiki.accounts[f"U{number}"] = FakeAccount(user_id, f"U{number}")
            outbox.put_to_account(tx, MailKind.SIGN_IN_ASK, Role.ACCOUNT, user_id, fake.clock())
    fake.wiki.does.ratelimits = {"emailuser": {"user": {"hits": 9999, "seconds": 86400}}}
    fake.wiki.does.mailer = "pear-mail-error"
    fake.once()
    assert posts(fake) == ENOUGH_IN_A_ROW
    pass_time(fake, 6 * 60)
    assert posts(fake) <= ENOUGH_IN_A_ROW + 10 + 6 * 60 / (MAILER_LONGEST.total_seconds() / 60)
    fake.wiki.does.mailer = ""
    pass_time(fake, 60)
    to_people = [mail for mail in fake.wiki.mails() if mail["target"] != "Coral"]
    assert len(to_people) == many


def test_nobodys_word_of_it_is_kept(fake: FakeNetwork) -> None:
    """What the mailer says can name an address: its code alone is kept."""
    fake.wiki.does.mailer = "pear-mail-error"
    fake.ask()
    fake.once()
    with fake.store.read() as tx:
        seen = look(tx, fake.clock(), fake.network.config)
    assert "MARKER" not in str(seen)
    assert any("pear-mail-error" in line for line in seen.set_aside)


def test_it_alarms_after_minutes_and_says_when_it_is_over(fake: FakeNetwork) -> None:
    """Seconds alarm nobody; minutes do, and Coral hears of both ends once mail goes again."""
    fake.wiki.does.mailer = "pear-mail-error"
    fake.ask(ROSA)
    fake.ask(8)
    fake.once()
    with fake.store.read() as tx:
        assert Alarm.MAIL_REFUSED not in known(tx)
    pass_time(fake, int(REFUSED_FOR.total_seconds() // 60) + 1)
    with fake.store.read() as tx:
        assert Alarm.MAIL_REFUSED in known(tx)
        assert "mail-refused" in look(tx, fake.clock(), fake.network.config).alarms
    fake.wiki.does.mailer = ""
    pass_time(fake, 30)
    with fake.store.read() as tx:
        assert Alarm.MAIL_REFUSED not in known(tx)
    assert any("has taken no mail" in mail["text"] for mail in fake.wiki.mails("Coral"))


def test_one_letter_refused_keeps_none_of_the_others(fake: FakeNetwork) -> None:
    """The mail server rejects Salma's address alone: Rosa and Sven are written to all the while."""
    fake.wiki.accounts["Salma"] = replace(fake.wiki.accounts["Salma"], mail="pear-mail-error")
    fake.ask()
    fake.once()
    assert [mail["target"] for mail in fake.wiki.mails()] == ["Rosa"]
    fake.ask(8, languages=["fr"])
    fake.once()
    assert [mail["target"] for mail in fake.wiki.mails()] == ["Rosa", "Ravi", "Sven"]
    assert posts(fake) == 4


@pytest.mark.parametrize("others", [OTHERS_SENT, OTHERS_SENT + 3])
def test_one_letter_refused_for_hours_while_others_go_is_undeliverable(
    fake: FakeNetwork, others: int
) -> None:
    """Then it can only be this one: Sven is asked in Salma's place; not before."""
    fake.wiki.accounts["Salma"] = replace(fake.wiki.accounts["Salma"], mail="pear-mail-error")
    fake.ask(languages=["en", "fr"], notify=False)
    fake.once()
    with fake.store.write() as tx:
        for _ in range(others):
            outbox.put_to_account(tx, MailKind.SIGN_IN_ASK, Role.ACCOUNT, ROSA, fake.clock())
    pass_time(fake, 3 * 60)
    assert [offer.supporter for offer in the_case(fake).case.offers] == [SALMA]
    pass_time(fake, 5 * 60)
    offers = {one.supporter: one.state.value for one in the_case(fake).case.offers}
    assert offers == {SALMA: "undeliverable", SVEN: "sent"}
    heard = len(fake.wiki.mails("Coral"))  # that a mail was stuck, and that none is any more
    assert posts(fake) - heard == others + GIVE_UP_AFTER + 1


def test_while_nothing_goes_nobody_is_passed_over(fake: FakeNetwork) -> None:
    """A mailer that is away for two days is no reason to call anybody undeliverable."""
    fake.wiki.does.mailer = "pear-mail-error"
    fake.ask(languages=["en", "fr"], notify=False)
    pass_time(fake, 40 * 60, every=20)
    assert [one.state.value for one in the_case(fake).case.offers] == ["queued"]


def test_a_firewall_in_front_of_the_wiki_waits_and_alarms(fake: FakeNetwork) -> None:
    """Every mail meets a 403 in HTML: no case says that an offer was sent, and it is tried less."""
    fake.wiki.does.before["emailuser"] = WikiDownError("http-403")
    fake.ask()
    fake.once()
    pass_time(fake, 120)
    assert [one.state.value for one in the_case(fake).case.offers] == ["queued"]
    assert posts(fake) < 20
    with fake.store.read() as tx:
        assert Alarm.MAIL_REFUSED in known(tx)
    fake.wiki.does.before.clear()
    pass_time(fake, 20)
    assert {"Salma", "Rosa"} <= {mail["target"] for mail in fake.wiki.mails()}
    assert [one.state.value for one in the_case(fake).case.offers] == ["sent"]
