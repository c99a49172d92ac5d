"""Who is out of reach is as good as not there; what comes first; and in which language."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.casework import events as on
from bot.casework.effects import Door, Mail, MailKind, Role
from bot.casework.roster import Supporter
from bot.store import cases, outbox, reach, roster
from bot.store.schema import outbox as rows
from tests.fakes.network import ROSA, SALMA, FakeNetwork, make


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network in which Salma speaks German and English, and Sven French."""
    return make(tmp_path)


def change(fake: FakeNetwork, name: str, **account: object) -> None:
    """Change an account on the wiki."""
    fake.wiki.accounts[name] = replace(fake.wiki.accounts[name], **account)  # type: ignore[arg-type]


def subjects(fake: FakeNetwork, name: str) -> list[str]:
    """Give the subjects of somebody's mails, without the reference."""
    return [mail["subject"].partition("]")[2].strip() for mail in fake.wiki.mails(name)]


OUT_OF_REACH: dict[str, dict[str, object]] = {
    "muted": {"mail": "nowikiemail"},
    "without mail": {"emailable": False},
    "blocked": {"blocked": True},
}


@pytest.mark.parametrize("how", OUT_OF_REACH)
def test_whoever_is_out_of_reach_is_as_good_as_nobody(fake: FakeNetwork, how: str) -> None:
    """The only one who speaks German cannot be reached: Coral hears it at once, Rosa later."""
    change(fake, "Salma", **OUT_OF_REACH[how])
    fake.ask()
    fake.once()
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
        assert reach.known(tx).keys() == {SALMA}
    assert stored.case.nobody_could_told
    assert len(fake.wiki.mails("Coral")) == 1
    assert len(fake.wiki.mails("Rosa")) == 1, "the receipt alone: it says who supports, else"
    fake.clock.forward(hours=48)
    fake.once()
    assert len(fake.wiki.mails("Rosa")) == 2


@pytest.mark.parametrize("how", ["without mail", "blocked"])
def test_nobody_hopes_for_who_is_busy_and_out_of_reach(fake: FakeNetwork, how: str) -> None:
    """Away, and without mail besides: waiting for her helps nobody, so Coral hears it at once."""
    with fake.store.write() as tx:
        one = roster.get(tx, SALMA)
        assert one is not None
        away = fake.clock().replace(month=12)
        roster.put(tx, replace(one, away_until=away), fake.clock())
    change(fake, "Salma", **OUT_OF_REACH[how])
    fake.ask()
    fake.once()
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
    assert stored.case.nobody_could_told


def test_one_who_is_away_and_in_reach_is_waited_for(fake: FakeNetwork) -> None:
    """Then somebody can be hoped for, and nobody is told otherwise."""
    with fake.store.write() as tx:
        one = roster.get(tx, SALMA)
        assert one is not None
        away = fake.clock().replace(month=12)
        roster.put(tx, replace(one, away_until=away), fake.clock())
    fake.ask()
    fake.once()
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
    assert not stored.case.nobody_could_told


def test_who_said_yes_and_is_muted_since_is_as_good_as_nobody(fake: FakeNetwork) -> None:
    """No mail with the case reaches her: it waits for somebody else, and nobody else could."""
    fake.ask()
    fake.once()
    [token] = fake.tokens("Salma", Door.OFFER)
    fake.happened(Door.OFFER, token, lambda who: on.Accepted(who, has_room=True))
    change(fake, "Salma", mail="nowikiemail")
    fake.once()
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
    assert stored.case.nobody_could_told
    assert stored.case.supporter is None


def test_a_look_up_does_not_take_a_mute_back(fake: FakeNetwork) -> None:
    """No look-up shows a mute; a mail that goes does."""
    with fake.store.write() as tx:
        reach.out_of_reach(tx, SALMA, "nowikiemailtext")
        reach.look(tx, {SALMA: None})
        assert reach.known(tx) == {SALMA: "nowikiemailtext"}
        reach.look(tx, {SALMA: reach.BLOCKED})
        reach.look(tx, {SALMA: None})
        assert reach.known(tx) == {}
        reach.out_of_reach(tx, SALMA, "nowikiemailtext")
        reach.reached(tx, SALMA)
        assert reach.known(tx) == {}


def test_nothing_of_it_is_kept_of_who_leaves(fake: FakeNetwork) -> None:
    """Whoever is removed from the roster is not found among those out of reach, either."""
    with fake.store.write() as tx:
        reach.out_of_reach(tx, SALMA, "nowikiemailtext")
        roster.remove(tx, SALMA)
        assert reach.known(tx) == {}


def test_we_have_your_request_comes_first(fake: FakeNetwork) -> None:
    """Nobody speaks Hindi: Rosa hears that we have her request, and then that nobody could yet."""
    fake.ask(languages=["hi"])
    fake.once()
    kinds = [kind for kind, _ in in_order(fake)]
    assert kinds.index("receipt") < kinds.index("nobody-could")


@pytest.mark.parametrize("kind", [MailKind.NOBODY_COULD, MailKind.NOBODY_YET, MailKind.GAVE_UP])
def test_nothing_of_the_kind_goes_while_the_receipt_waits(
    fake: FakeNetwork, kind: MailKind
) -> None:
    """The receipt was refused and waits: what says how little came of it waits behind it."""
    change(fake, "Rosa", mail="pear-mail-error")
    fake.ask()
    fake.once()
    assert kind in outbox.AFTER_RECEIPT
    with fake.store.write() as tx:
        [stored] = cases.load_where(tx)
        outbox.put(tx, stored.id, Mail(kind, Role.REQUESTER), fake.clock())
    change(fake, "Rosa", mail="Success")
    fake.once()
    assert fake.wiki.mails("Rosa") == []
    fake.clock.forward(minutes=2)
    fake.once()
    kinds = [name for name, state in in_order(fake) if state == "sent"]
    assert "receipt" in kinds
    assert kind.value not in kinds or kinds.index("receipt") < kinds.index(kind.value)


def test_somebody_said_yes_is_not_held_back_by_a_refused_receipt(fake: FakeNetwork) -> None:
    """That one is true by itself, and more welcome than anything."""
    change(fake, "Rosa", mail="pear-mail-error")
    fake.ask()
    fake.once()
    [token] = fake.tokens("Salma", Door.OFFER)
    fake.happened(Door.OFFER, token, lambda who: on.Accepted(who, has_room=True))
    change(fake, "Rosa", mail="Success")
    fake.once()
    assert len(fake.wiki.mails("Rosa")) == 1


def in_order(fake: FakeNetwork) -> list[tuple[str, str]]:
    """Give kinds and states of the mails to Rosa, in the order in which they went."""
    sent = [mail["subject"] for mail in fake.wiki.mails("Rosa")]
    with fake.store.read() as tx:
        made = select(rows.c.kind, rows.c.state).where(rows.c.role == "requester")
        found = [(row.kind, row.state) for row in tx.connection.execute(made)]

    def place(one: tuple[str, str]) -> int:
        about = fake.network.messages.text(f"mail-{one[0]}-subject", "en")
        return next((i for i, subject in enumerate(sent) if about in subject), len(sent))

    return sorted(found, key=place)


@pytest.mark.parametrize(
    ("languages", "locale", "hello"),
    [
        (("hi", "fr"), "en", "Bonjour"),
        (("hi", "sw", "es", "fr"), "de", "Hola"),
        (("hi",), "de", "Hallo"),
        (("hi", "en"), "de", "Hello"),
        (("hi", "en-gb"), "de", "Hello"),
        (("bar", "fr"), "en", "Hallo"),
        (("fr", "de"), "en", "Bonjour"),
        (("hi",), "en", "Hello"),
    ],
)
def test_a_mail_takes_the_first_language_that_there_is(
    tmp_path: Path, languages: tuple[str, ...], locale: str, hello: str
) -> None:
    """Their second where we lack the first, then the network's, and English not before it."""
    fake = make(tmp_path, more=f"locale: {locale}\n")
    with fake.store.write() as tx:
        for user_id in [one.user_id for one in roster.everybody(tx)]:
            roster.remove(tx, user_id)
        roster.put(tx, Supporter(user_id=SALMA, name="Salma", languages=languages), fake.clock())
    fake.ask(ROSA, languages=[languages[0]], locale="hi", notify=False)
    fake.once()
    [mail] = fake.wiki.mails("Salma")
    assert mail["text"].startswith(hello)


@pytest.mark.parametrize(
    ("spoken", "locale", "hello"),
    [(["hi", "fr"], "de", "Bonjour"), (["hi"], "de", "Hallo"), (["de"], "en", "Hello")],
)
def test_so_does_a_mail_to_who_asked(
    tmp_path: Path, spoken: list[str], locale: str, hello: str
) -> None:
    """Rosa's page first, where we have its language; then what she speaks; then the network's."""
    fake = make(tmp_path, more=f"locale: {locale}\n")
    fake.ask(languages=spoken, locale="en" if spoken == ["de"] else "hi")
    fake.once()
    assert fake.wiki.mails("Rosa")[0]["text"].startswith(hello)
