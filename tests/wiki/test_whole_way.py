"""A request from the intake page to its end, on the real wiki with its real Wikimail."""

from __future__ import annotations

import sqlite3

import pytest

from stage.asking import INTAKE, KEY_PAGE
from stage.desk import Visitor
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from tests.conftest import People
from tests.drawn import without_tokens

OFFER = "would like support"


def test_a_sealed_request_reaches_who_speaks_the_language_and_nobody_else(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """A request in German rings Salma, who speaks it, and none of the other three."""
    asked = people.ask("Rosa", languages=["de"])
    network.run("once")
    shown = f"{asked['ref'][:4]}-{asked['ref'][4:]}"
    assert [shown in mail.subject for mail in mailbox.to("Salma")] == [True]
    assert "/offer/" in mailbox.to("Salma")[0].link
    assert [mail.to for mail in mailbox.everything() if mail.to[:2] != "ro"] == [
        "salma@mail.example"
    ]


def test_a_request_written_by_hand_reaches_a_supporter(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """A plain request in French is offered to those who speak French; its author gets a link."""
    people["Ravi"].append(
        INTAKE, "\n{{Peer support request\n|languages = Französisch\n|message = Hello\n}}"
    )
    network.run("once")
    assert len(mailbox.to("Sofie")) == len(mailbox.to("Samir")) == 1
    assert mailbox.to("Salma") == mailbox.to("Sven") == []
    [receipt] = mailbox.to("Ravi")
    assert "/status/" in receipt.link


def test_a_second_pass_sends_nothing(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """What was done once is not done again."""
    people.ask("Rosa")
    network.run("once")
    before = mailbox.everything()
    network.run("once")
    assert mailbox.everything() == before


def test_a_copy_by_another_account_does_nothing(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """Ravi posts Rosa's envelope again under his name: no case, no mail, not even to him."""
    people.ask("Rosa")
    copied = people["Ravi"].page(INTAKE)["text"]
    network.run("once")
    before = mailbox.everything()
    people["Ravi"].append(INTAKE, "\n" + copied)
    network.run("once")
    assert mailbox.everything() == before
    assert '"duplicate": 1' in network.run("status", "--json").stdout


def test_a_copy_that_is_read_with_the_original_does_nothing(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """Also when both were saved between two looks at the page, there is one case."""
    people.ask("Rosa")
    people["Ravi"].append(INTAKE, "\n" + people["Ravi"].page(INTAKE)["text"])
    network.run("once")
    assert len(mailbox.to("Salma")) == 1
    assert mailbox.to("Ravi") == []


def test_the_intake_page_is_tidied(network: StagedNetwork, people: People) -> None:
    """After reading, the page is back to its header, saved by the bot."""
    header = people["Rosa"].page(INTAKE)["text"]
    people.ask("Rosa")
    network.run("once")
    page = people["Rosa"].page(INTAKE)
    assert (page["text"], page["user"]) == (header, "PeerSupportBot")


@pytest.mark.usefixtures("desk")
def test_declined_the_next_is_asked(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """French finds Sofie and Samir; with one asked at a time, the second after the first's no."""
    with network.config_file.open("a") as config:
        config.write("policy: {offers_at_once: 1}\n")
    people.ask("Rosa", languages=["fr"])
    network.run("once")
    [first] = mailbox.to("Sofie") + mailbox.to("Samir")
    Visitor(first.link).press("decline")
    network.run("once")
    assert len(mailbox.to("Sofie")) == len(mailbox.to("Samir")) == 1


def test_nobody_matches_and_both_are_told(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """For Hindi there is nobody: Rosa hears it at once, and the coordinator learns the language."""
    people.ask("Rosa", languages=["hi"], locale="en")
    network.run("once")
    assert any("we have not found anybody yet" in mail.subject for mail in mailbox.to("Rosa"))
    [need] = mailbox.to("Coral")
    assert "Hindi" in need.text
    assert "Rosa" not in without_tokens(need.text + need.subject)


@pytest.mark.usefixtures("desk")
def test_accepted_read_and_closed(network: StagedNetwork, people: People, mailbox: Mailbox) -> None:
    """Salma accepts, reads in two steps and closes; then her links are dead, the story is gone."""
    asked = people.ask("Rosa", languages=["de"], message="MARKER-story")
    network.run("once")
    offer = Visitor(mailbox.to("Salma")[0].link)
    assert "Rosa" not in without_tokens(offer.text)
    accepted = offer.press("accept")
    assert "/case/" not in accepted.text
    network.run("once")
    case = Visitor(mailbox.to("Salma")[-1].link)
    assert "Rosa" not in without_tokens(case.text)
    case.press("open")
    assert "Rosa" in case.text
    assert "MARKER-story" not in case.text
    case.press("take")
    assert "MARKER-story" in case.text
    assert all(word in case.text for word in asked["words"])
    case.press("close")
    network.run("once")
    assert case.look().status == 404
    assert Visitor(offer.link).status == 404
    # Rosa's own link goes on for a while, to say whether it helped, or that something was wrong.
    status = f"http://127.0.0.1:{network.desk_port}/status/{asked['status_token']}"
    ended = Visitor(status).press("open")
    assert "report" in ended.buttons
    assert "MARKER-story" not in ended.text
    with sqlite3.connect(network.database) as store:
        # Who supported it is kept, sealed, for a complaint; nothing else is.
        assert store.execute("select secret from case_secrets").fetchall() == [("pair",)]
        assert store.execute("select secret from case_keys").fetchall() == [("pair",)]
    store.close()
    assert any("MARKER" in mail.text for mail in mailbox.everything()) is False
    # Everybody was told, and nobody edited the wiki for it.
    assert len(mailbox.to("Rosa")) == 3
    contributions = people["Salma"].get(action="query", list="usercontribs", ucuser="Salma")
    assert contributions["query"]["usercontribs"] == []


@pytest.mark.usefixtures("desk")
def test_withdrawn_everything_goes(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """Rosa takes her request back on her page: the offer is dead and nothing of her is kept."""
    asked = people.ask("Rosa", languages=["de"])
    network.run("once")
    base = f"http://127.0.0.1:{network.desk_port}"
    Visitor(f"{base}/status/{asked['status_token']}").press("open").press("withdraw")
    assert Visitor(mailbox.to("Salma")[0].link).status == 404
    with sqlite3.connect(network.database) as store:
        assert store.execute("select count(*) from case_secrets").fetchone() == (0,)
    store.close()


def test_an_idle_look_is_one_request(network: StagedNetwork, people: People) -> None:
    """When nothing is new, the wiki is asked once."""
    people.ask("Rosa")
    network.run("once")
    said = network.run("once").stdout
    # `once` logs in over Pywikibot, which is not counted, and looks at the page.
    assert "Requests to the wiki: 1" in said


def test_avoided_supporters_are_never_told(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """Rosa avoids Sofie: the request goes to Samir alone."""
    people.ask("Rosa", languages=["fr"], avoid=["sofie"])
    network.run("once")
    assert mailbox.to("Sofie") == []
    assert len(mailbox.to("Samir")) == 1


def test_a_renamed_supporter_is_followed(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """Supporters are user ids: the mail goes to the account, whatever it is called now."""
    network.sandbox.maintenance("renameUser", "--performer", "Admin", "Salma", "Selma")
    people.ask("Rosa", languages=["de"])
    network.run("once")
    assert len(mailbox.to("Salma")) == 1  # her address has stayed
    assert "to Selma" in mailbox.to("Salma")[0].text


def test_why_names_the_rules_that_were_missed(network: StagedNetwork, people: People) -> None:
    """`cases why` says of each supporter, by number, which rules they miss, and names nobody.

    Whom Rosa avoids reads like who was asked already.
    """
    asked = people.ask("Rosa", languages=["fr"], avoid=["Sofie"])
    network.run("once")
    said = network.run("cases", "why", asked["ref"]).stdout
    lines = {line.split()[1]: line for line in said.splitlines() if line.startswith("│")}
    sandbox = network.sandbox
    assert "shares_language" in lines[str(sandbox.user_id("Salma"))]
    for name in ("Sofie", "Samir"):
        assert "not told" in lines[str(sandbox.user_id(name))]
        assert "not_avoided" not in lines[str(sandbox.user_id(name))]
    assert not [name for name in ("Rosa", "Salma", "Sofie", "Samir") if name in said]


def test_paused_the_key_page_says_so_and_nobody_is_asked(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """After `pause` a request is kept and nobody rung; after `resume` it is served."""
    network.run("pause")
    people.ask("Rosa", languages=["de"])
    network.run("once")
    assert '"paused"' in people["Rosa"].page(KEY_PAGE)["text"]
    assert mailbox.everything() == []
    network.run("resume")
    network.run("once")
    assert '"open"' in people["Rosa"].page(KEY_PAGE)["text"]
    assert len(mailbox.to("Salma")) == 1
