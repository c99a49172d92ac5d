"""A whole case of two who show no address: nothing of the one reaches the other, or the wiki."""

from __future__ import annotations

import pytest

from stage.desk import Visitor
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from tests.conftest import People
from tests.wiki.conftest import Worker

SUPPORTERS = ("Salma", "Sven", "Sofie", "Samir")


def edits_and_logs(people: People, name: str) -> list[str]:
    """List all that the wiki shows of what an account did, since it was made."""
    answer = people["Iface"].get(
        action="query",
        list="usercontribs|logevents",
        ucuser=name,
        leuser=name,
        uclimit="max",
        lelimit="max",
    )["query"]
    logs = [one["type"] for one in answer["logevents"] if one["type"] != "newusers"]
    return logs + [one["title"] for one in answer["usercontribs"]]


@pytest.mark.parametrize("name", ["Rosa", "Newcomer"])
@pytest.mark.usefixtures("desk")
def test_two_talk_without_an_address_and_without_an_edit(
    network: StagedNetwork, people: People, mailbox: Mailbox, worker: Worker, name: str
) -> None:
    """Also who has no e-mail at all is helped; no page or mail holds an address of the other.

    The supporter sees the account's name, the requester no name; no supporter edits anything.
    """
    from bot.schedule import once  # not before it is known on which wiki

    asked = people.ask(name, languages=["ar"], locale="en", message="Hello?", channels=["desk"])
    own_edits = edits_and_logs(people, name)
    assert once(worker.network)
    offers = [Visitor(mailbox.wait_for_link(one, "offer")) for one in ("Salma", "Samir")]
    offers[0].press("accept")
    offers[1].press("accept")
    assert "/case/" not in offers[0].text + offers[1].text
    assert once(worker.network)
    here = Visitor(mailbox.wait_for_link("Salma", "case")).press("open").press("take")
    base = f"http://127.0.0.1:{network.desk_port}"
    there = Visitor(f"{base}/status/{asked['status_token']}").press("open")
    seen_here, seen_there = [here.text], [there.text]
    for number in range(2):
        seen_here.append(here.press("write", text=f"How are you? {number}").text)
        assert once(worker.network)
        seen_there.append(there.look().press("look").text)
        seen_there.append(there.press("write", text=f"Better. {number}").text)
        assert once(worker.network)
        seen_here.append(here.look().press("look").text)
    assert "How are you? 1" in seen_there[-1]
    assert "Better. 1" in seen_here[-1]
    assert name in seen_here[-1]
    seen_there.append(there.press("close").text)
    assert once(worker.network)
    assert here.look().status == 404
    seen_there.append(there.press("rate", answer="yes").text)

    # Each was rung once for each time that they had looked, if they can be rung at all.
    subjects = [mail.subject for mail in mailbox.to(name)]
    rings = len([one for one in subjects if "there is a message for you" in one])
    assert rings == (2 if name == "Rosa" else 0)
    to_one = [m.subject + m.text for m in mailbox.to(name)] + seen_there
    to_other = [m.subject + m.text for m in mailbox.to("Salma")] + seen_here
    assert not [text for text in to_one + to_other if "@mail.example" in text]
    assert not [text for text in to_one if "Salma" in text]
    mails = [mail.subject + mail.text for mail in mailbox.everything()]
    assert not [text for text in mails if "Better" in text or "How are you" in text]
    for one in (*SUPPORTERS, "Coral"):
        assert edits_and_logs(people, one) == []
    assert edits_and_logs(people, name) == own_edits
