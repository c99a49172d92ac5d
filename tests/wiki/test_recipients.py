"""Who cannot be written to on the real wiki: what is recorded, who is asked instead."""

from __future__ import annotations

import html
import re
import sqlite3
from datetime import timedelta

import pytest

from bot.casework.roster import Supporter
from bot.store import roster
from stage.desk import Visitor
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from stage.sandbox import Account, Sandbox
from tests.conftest import People
from tests.wiki.conftest import Worker

BOTH = ["de", "ar"]
"""Salma speaks German, and so is asked first; Samir speaks Arabic, and is the next."""
STRANGER = "stranger"


@pytest.fixture(autouse=True)
def one_at_a_time(network: StagedNetwork) -> None:
    """Let one supporter be asked at a time, so that there is a next one."""
    with network.config_file.open("a") as config:
        config.write("policy: {offers_at_once: 1}\n")


@pytest.fixture
def made(worker: Worker, people: People) -> Worker:
    """Give a worker that has chosen Salma for Rosa's request, and has not written to her yet."""
    people.ask("Rosa", languages=BOTH)
    worker.do("take_in")
    worker.do("offer")
    assert offers(worker) == [("Salma", "queued", None)]
    return worker


def offers(worker: Worker) -> list[tuple[str, str, str | None]]:
    """Give the offer mails: to whom, how each stands, and what the wiki said."""
    sandbox = worker.sandbox
    names = {sandbox.user_id(name): name for name in sandbox.facts["accounts"]}
    rows = worker.rows(
        "select recipient, state, outcome from outbox where kind = 'offer' order by id"
    )
    return [(names[number], state, outcome) for number, state, outcome in rows]


def assert_samir_was_asked_instead(worker: Worker, mailbox: Mailbox, outcome: str) -> None:
    """Check that the outcome was recorded, once, and the next supporter asked, once."""
    worker.once()
    worker.once()
    assert offers(worker) == [("Salma", "failed", outcome), ("Samir", "sent", "success")]
    said = worker.rows("select state from offers order by id")
    assert said == [("undeliverable",), ("sent",)]
    assert mailbox.to("Salma") == []
    assert len(mailbox.to("Samir")) == 1


def turn_mail_off(account: Account) -> None:
    """Take no mail from others any more."""
    account.call(action="options", optionname="disablemail", optionvalue="1")


def mute_the_bot(account: Account, sandbox: Sandbox) -> None:
    """Mute the bot on Special:Mute, as a person does; there is no API for it."""
    page = f"{sandbox.url}/index.php?title=Special:Mute/PeerSupportBot"
    shown = account._session.get(page, timeout=30).text
    token = re.search(r'value=["\']([^"\']+)["\'] name=["\']wpEditToken', shown)
    if token is None:
        token = re.search(r'name=["\']wpEditToken["\'][^>]*value=["\']([^"\']+)', shown)
    assert token is not None
    form = {"wpEditToken": html.unescape(token[1]), "wpemail-blacklist": "1"}
    account._session.post(page, data=form, timeout=30)
    info = account.get(action="query", meta="userinfo", uiprop="options")["query"]["userinfo"]
    assert info["options"]["email-blacklist"] == str(sandbox.user_id("PeerSupportBot"))


def let_a_stranger_take(sandbox: Sandbox, old: str, new: str) -> None:
    """Rename an account, and let somebody else register the name that it had."""
    sandbox.maintenance("renameUser", "--performer", "Admin", old, new)
    sandbox.maintenance("createAndPromote", old, "a-stranger-s-long-password")
    sandbox.maintenance("resetUserEmail", old, f"{STRANGER}@mail.example")


def test_mail_turned_off(worker: Worker, people: People, mailbox: Mailbox) -> None:
    """Who takes no mail is not even tried: the next one is asked at once."""
    turn_mail_off(people["Salma"])
    people.ask("Rosa", languages=BOTH)
    worker.once()
    assert offers(worker) == [("Samir", "sent", "success")]
    assert mailbox.to("Salma") == []


def test_mail_turned_off_after_the_look(
    made: Worker, people: People, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wiki says that she takes none: recorded as its code, and the next one is asked."""
    # However slow this machine is: the look that chose her is still fresh.
    monkeypatch.setattr("bot.steps.deliver.FRESH_FOR_MAIL", timedelta(hours=1))
    turn_mail_off(people["Salma"])
    assert_samir_was_asked_instead(made, mailbox, "nowikiemailtext")


def test_mail_turned_off_seen_before_the_post(
    made: Worker, people: People, mailbox: Mailbox
) -> None:
    """A fresh look shows it before anything is posted, and no post is counted."""
    turn_mail_off(people["Salma"])
    made.network.people.forget()
    assert_samir_was_asked_instead(made, mailbox, "not-emailable")
    assert made.rows("select sum(posts) from outbox where outcome = 'not-emailable'") == [(0,)]


def test_the_bot_is_muted(
    worker: Worker, people: People, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    """No look-up shows a mute: the wiki's refusal of the post is what is recorded."""
    mute_the_bot(people["Salma"], sandbox)
    people.ask("Rosa", languages=BOTH)
    assert_samir_was_asked_instead(worker, mailbox, "nowikiemailtext")


def test_blocked(worker: Worker, people: People, mailbox: Mailbox) -> None:
    """Whom the wiki has blocked is not asked; the next one is, at once."""
    people["Admin"].call(action="block", user="Salma")
    people.ask("Rosa", languages=BOTH)
    worker.once()
    assert offers(worker) == [("Samir", "sent", "success")]
    assert mailbox.to("Salma") == []


def test_blocked_after_the_look(made: Worker, people: People, mailbox: Mailbox) -> None:
    """A blocked account could be mailed, but is not to be asked any more."""
    people["Admin"].call(action="block", user="Salma")
    made.network.people.forget()
    assert_samir_was_asked_instead(made, mailbox, "account-blocked")


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("accepted", [False, True])
def test_blocked_with_a_case_on_their_hands(
    worker: Worker, people: People, mailbox: Mailbox, accepted: bool
) -> None:
    """Within the hour the case waits for somebody else, the link is dead, and Samir is asked."""
    asked = people.ask("Rosa", languages=BOTH)
    worker.once()
    link = mailbox.to("Salma")[-1].link
    if accepted:
        Visitor(link).press("accept")
        worker.once()
        link = mailbox.to("Salma")[-1].link
        assert "/case/" in link
    people["Admin"].call(action="block", user="Salma")
    worker.network.people.forget()
    worker.later(hours=1, minutes=1)
    worker.once()
    assert Visitor(link).status == 404
    assert [name for name, _, _ in offers(worker)] == ["Salma", "Samir"]
    assert len(mailbox.to("Samir")) == 1
    told = [mail for mail in mailbox.to("Rosa") if "jemand" in mail.text.lower()]
    assert bool(told) or not accepted
    assert asked["ref"]


def test_renamed_and_the_old_name_taken(
    made: Worker, people: People, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    """The mail follows the account to its new name; the stranger under the old one gets nothing."""
    let_a_stranger_take(sandbox, "Salma", "Selma")
    made.network.people.forget()
    made.once()
    made.once()
    assert offers(made) == [("Salma", "sent", "success")]
    [mail] = mailbox.to("Salma")  # her address has stayed
    assert "to Selma" in mail.text
    assert mailbox.to(STRANGER) == []
    with made.network.store.read() as tx:
        kept = roster.get(tx, sandbox.user_id("Salma"))
    assert kept is not None
    assert (kept.name, kept.former_names) == ("Selma", ("Salma",))


def test_a_renamed_requester_is_followed(
    worker: Worker, people: People, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    """Who asked is an account as well, not a name: news go to it, and to no stranger."""
    people.ask("Rosa", languages=BOTH)
    worker.do("take_in")
    let_a_stranger_take(sandbox, "Rosa", "Rosalind")
    worker.network.people.forget()
    worker.once()
    [receipt] = mailbox.to("Rosa")
    assert "to Rosalind" in receipt.text
    assert mailbox.to(STRANGER) == []


def test_a_supporter_who_never_existed(
    worker: Worker, people: People, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    """A number on the roster without an account is asked nothing, and stands in nobody's way."""
    nemo = Supporter(user_id=987654, name="Nemo", languages=("hi",))
    with worker.network.store.write() as tx:
        roster.put(tx, nemo, worker.network.clock())
    people.ask("Rosa", languages=["hi", "ar"])
    worker.once()
    [(name, state, _)] = offers(worker)
    assert (name, state) in {("Salma", "sent"), ("Samir", "sent")}
    assert len(mailbox.to("Salma") + mailbox.to("Samir")) == 1


def test_a_coordinator_who_never_existed(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """The misspelt one is recorded as nobody's account; the other hears what there is to hear."""
    text = network.config_file.read_text()
    network.config_file.write_text(text.replace("[Coral]", "[Corall, Coral]"))
    people.ask("Rosa", languages=["hi"])
    network.run("once")
    with sqlite3.connect(network.database) as store:
        rows = store.execute(
            "select coordinator, state, outcome from outbox where coordinator is not null"
        ).fetchall()
    store.close()
    assert sorted(rows) == [("Coral", "sent", "success"), ("Corall", "failed", "no-account")]
    assert len(mailbox.to("Coral")) == 1


@pytest.mark.parametrize("how", ["turned off", "muted"])
def test_a_requester_who_takes_no_mail_is_served(
    worker: Worker, people: People, mailbox: Mailbox, sandbox: Sandbox, how: str
) -> None:
    """Their receipt fails, is not tried again, and the supporter is asked as ever."""
    if how == "turned off":
        turn_mail_off(people["Rosa"])
    else:
        mute_the_bot(people["Rosa"], sandbox)
    people.ask("Rosa", languages=BOTH)
    worker.once()
    worker.once()
    receipts = worker.rows("select state, posts from outbox where kind = 'receipt'")
    assert receipts == [("failed", 0 if how == "turned off" else 1)]
    assert mailbox.to("Rosa") == []
    assert len(mailbox.to("Salma")) == 1
