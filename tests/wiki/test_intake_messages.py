"""What stands on the intake page: requests, words, junk and bombs, each with its one outcome."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import unquote

import pytest
import requests

from stage import asking
from stage.asking import INTAKE
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from tests.conftest import People
from tests.drawn import without_tokens
from tests.wiki.conftest import Worker

PLAIN = "\n{{Peer support request\n|languages = French\n|message = Hello\n}}"
DECOY: dict[str, Any] = {"type": "decoy"}


def sealed(people: People, network: StagedNetwork, name: str, what: dict[str, Any]) -> str:
    """Seal a payload as this account."""
    return asking.envelope_of(people[name], network.sandbox.user_id(name), what)


def logged_out(network: StagedNetwork, text: str) -> None:
    """Add text to the intake page without being logged in."""
    requests.post(
        network.sandbox.facts["api"],
        data={
            "action": "edit",
            "title": INTAKE,
            "appendtext": text,
            "token": "+\\",
            "format": "json",
        },
        timeout=30,
    ).raise_for_status()


def test_two_in_one_second(worker: Worker, people: People) -> None:
    """Saved within the same second, and read in two passes, both are read."""
    people["Rosa"], people["Ravi"]
    people.ask("Rosa")
    worker.do("take_in")
    people.ask("Ravi")
    people.ask("Rim")
    worker.do("take_in")
    assert worker.outcomes() == ["request"] * 3


def test_one_removed_and_another_added(
    worker: Worker, network: StagedNetwork, people: People
) -> None:
    """One edit takes Rosa's away and adds Ravi's: both count."""
    header = people["Rosa"].page(INTAKE)["text"]
    people.ask("Rosa")
    people["Ravi"].save(INTAKE, header + sealed(people, network, "Ravi", asking.payload()))
    worker.do("take_in")
    assert (worker.cases(), worker.outcomes()) == (2, ["request", "request"])


def test_words_on_the_page(worker: Worker, people: People, mailbox: Mailbox) -> None:
    """The coordinator is told that somebody wrote, with a link, without the words; then it goes."""
    header = people["Rosa"].page(INTAKE)["text"]
    revid = people["Rosa"].append(INTAKE, "\nMARKER-prose I do not know where to go.")
    worker.do("take_in")
    worker.do("deliver")
    [mail] = mailbox.to("Coral")
    assert f"Special:Diff/{revid}\n" in unquote(mail.text)
    assert "MARKER" not in mail.text + mail.subject
    assert "Rosa" not in without_tokens(mail.text + mail.subject)
    assert worker.do("tidy")
    worker.do("take_in")
    assert people["Rosa"].page(INTAKE)["text"] == header
    assert (worker.cases(), len(worker.told("prose"))) == (0, 1)


def test_many_words_are_one_mail_an_hour(worker: Worker, people: People, mailbox: Mailbox) -> None:
    """Seven edits make one mail with a link to each; what comes after it waits for an hour."""
    revids = [people["Rosa"].append(INTAKE, f"\nword{number}") for number in range(7)]
    worker.do("take_in")
    worker.do("deliver")
    worker.do("deliver")
    people["Rosa"].append(INTAKE, "\nand one more")
    worker.do("take_in")
    worker.do("deliver")
    [mail] = mailbox.to("Coral")
    assert all(f"Special:Diff/{revid}\n" in unquote(mail.text) for revid in revids)
    assert len(worker.told("prose")) == 2
    worker.later(hours=1)
    worker.do("deliver")
    assert len(mailbox.to("Coral")) == 2


def test_unreadable_messages_are_answered_once_a_day(worker: Worker, people: People) -> None:
    """Three messages that cannot be read: Rosa is told once today, and once tomorrow."""
    for number in range(2):
        people["Rosa"].append(INTAKE, f"\n{{{{Peer support envelope|v=1|key=k|sealed={number}}}}}")
    worker.do("take_in")
    people["Rosa"].append(INTAKE, "\n{{Peer support request|message=No language}}")
    worker.do("take_in")
    assert worker.outcomes() == ["malformed", "malformed", "invalid"]
    assert worker.told("not-taken") == ["malformed"]
    worker.later(days=1, minutes=1)
    people["Rosa"].append(INTAKE, "\n{{Peer support envelope|v=1|key=k|sealed=x}}")
    worker.do("take_in")
    assert worker.told("not-taken") == ["malformed", "malformed"]


def test_a_change_to_ones_own_open_request(worker: Worker, people: People) -> None:
    """Ravi mends what he wrote by hand, before and after it was read: it stays one request."""
    header = people["Ravi"].page(INTAKE)["text"]
    people["Ravi"].save(INTAKE, header + PLAIN)
    people["Ravi"].save(INTAKE, header + PLAIN.replace("Hello", "Hello there"))
    worker.do("take_in")
    people["Ravi"].save(INTAKE, header + PLAIN.replace("Hello", "Hello again"))
    worker.do("take_in")
    assert worker.outcomes() == ["request", "duplicate", "duplicate"]
    assert worker.told("not-taken") == []


@pytest.mark.parametrize("read_between", [False, True])
def test_a_typo_mended_by_somebody_else(
    worker: Worker, people: People, *, read_between: bool
) -> None:
    """Rim mends a letter of what Ravi wrote, read yet or not: the request is Ravi's alone."""
    header = people["Ravi"].page(INTAKE)["text"]
    typo = PLAIN.replace("Hello", "Somebody harrasses me on my talk page")
    people["Ravi"].save(INTAKE, header + typo)
    if read_between:
        worker.do("take_in")
    revid = people["Rim"].save(INTAKE, header + typo.replace("harrasses", "harasses"))
    worker.do("take_in")
    assert (worker.cases(), worker.outcomes()) == (1, ["request", "duplicate"])
    assert worker.told("prose") == [str(revid)]
    assert worker.told("not-taken") == []


def test_written_over_by_somebody_else(worker: Worker, people: People) -> None:
    """Rim puts his own language into the form that Ravi has saved: both have asked."""
    header = people["Ravi"].page(INTAKE)["text"]
    people["Ravi"].save(INTAKE, header + PLAIN)
    people["Rim"].save(INTAKE, header + PLAIN.replace("French", "Arabic"))
    worker.do("take_in")
    assert (worker.cases(), worker.outcomes()) == (2, ["request", "request"])


def test_the_same_words_weeks_later(worker: Worker, people: People) -> None:
    """Ravi's request has ended long ago, and he saves the same form again: he asks again."""
    people["Ravi"].append(INTAKE, PLAIN)
    worker.do("take_in")
    people["Ravi"].append(INTAKE, PLAIN)
    worker.do("take_in")
    assert worker.outcomes() == ["request", "duplicate"]
    with worker.network.store.engine.begin() as store:
        store.exec_driver_sql("update cases set state = 'closed'")
    worker.later(days=4)
    people["Ravi"].append(INTAKE, PLAIN)
    worker.do("take_in")
    assert worker.outcomes() == ["request", "duplicate", "request"]


def test_by_hand_while_a_sealed_one_is_open(worker: Worker, people: People) -> None:
    """That is no change to it: Rosa hears that her first one is still open."""
    people.ask("Rosa")
    people["Rosa"].append(INTAKE, PLAIN)
    worker.do("take_in")
    assert worker.outcomes() == ["request", "refused"]
    assert worker.told("not-taken") == ["open-already"]


def test_the_same_form_from_two_people(worker: Worker, people: People) -> None:
    """Two people save the same words one after the other: each is a request of its own."""
    for name in ("Rosa", "Ravi"):
        people[name].append(INTAKE, PLAIN)
    worker.do("take_in")
    assert worker.outcomes() == ["request", "request"]


def test_an_account_without_an_address(network: StagedNetwork, people: People) -> None:
    """Newcomer has confirmed no address: no receipt can go, and the supporters are asked."""
    people["Newcomer"].append(INTAKE, PLAIN)
    network.run("once")
    said = network.run("status", "--json").stdout
    assert '"offered": 1' in said
    assert '"cases_past_due": 0' in said


def test_a_temporary_account(network: StagedNetwork, mailbox: Mailbox) -> None:
    """Somebody logged out gets a temporary account from the wiki: the case goes its way."""
    logged_out(network, PLAIN)
    network.run("once")
    assert '"offered": 1' in network.run("status", "--json").stdout
    assert len(mailbox.to("Sofie")) == 1


@pytest.mark.usefixtures("with_ip_edits")
def test_logged_out_without_an_account(worker: Worker, network: StagedNetwork) -> None:
    """Nobody could be answered: it is no case, nothing stalls, and the coordinators look."""
    logged_out(network, PLAIN)
    logged_out(network, "\n{{Peer support envelope|v=1|key=k|sealed=x}}")
    worker.do("take_in")
    assert (worker.cases(), worker.outcomes()) == (0, ["malformed"])
    assert len(worker.told("prose")) == 1
    assert worker.told("unreadable") == worker.told("not-taken") == []


def test_bombs_for_the_parser(worker: Worker, people: People, network: StagedNetwork) -> None:
    """Text that takes the wikitext parser minutes takes us a moment, and Rosa's request is read."""
    bombs = ["{{a|" * 8000, "<ref>" * 16000, "<b " * 20000, "[[" * 20000, "{{{" * 9000]
    text = "".join(f"\n{{{{Peer support request|message={bomb}}}}}\n" for bomb in bombs)
    what = asking.payload()
    people["Rosa"].append(INTAKE, text + sealed(people, network, "Rosa", what) + PLAIN)
    started = time.monotonic()
    worker.do("take_in")
    assert time.monotonic() - started < 5
    assert worker.outcomes()[0] == "request"
    assert set(worker.outcomes()[1:]) <= {"malformed", "refused", "duplicate", "invalid"}
    assert (worker.cases(), len(worker.told("not-taken"))) == (1, 1)


def test_edits_by_others_to_the_header(worker: Worker, people: People) -> None:
    """A category and a changed sentence are told, then taken off once; blanking is only mended."""
    header = people["Ravi"].page(INTAKE)["text"]
    people["Ravi"].save(INTAKE, header.replace("patrol", "look after") + "\n[[Category:Xyzzy]]")
    worker.do("take_in")
    assert len(worker.told("prose")) == 1
    assert worker.do("tidy")
    worker.do("take_in")
    people["Ravi"].save(INTAKE, "")
    worker.do("take_in")
    assert not worker.do("tidy")  # not twice within an hour: nobody is fought
    worker.later(hours=1, minutes=1)
    worker.do("take_in")
    assert worker.do("tidy")
    worker.do("take_in")
    assert people["Ravi"].page(INTAKE)["text"] == header
    assert len(worker.told("prose")) == 1
