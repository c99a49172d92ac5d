"""A coordinator at the desk by keyboard alone, in a Chromium without a script, with Wikimail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from bot.i18n import load as load_messages
from stage.asking import KEY_PAGE
from stage.desk import Visitor
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from tests.browser.walking import ARABIC, NARROW, WIDE, Look, Walker
from tests.conftest import People
from tests.drawn import without_tokens

READERS = pytest.mark.parametrize(
    ("language", "look"),
    [("en", WIDE), ("de", NARROW), ("ar", ARABIC)],
    ids=["wide", "narrow and dark", "from right to left"],
)
BACK = "p:not(.leave) > a"
"""The link below what is asked once more."""
SPRING = """\
- user: Ravi
  languages: [de, en]
  status: applied
- user: Rim
  languages: [ar]
  status: applied
- user: Rosa
  languages: [fr]
  status: training
  cohort: Spring
- user: Sven
  languages: [en]
  status: paused
"""


class Coral:
    """Coral and her browser, at the coordinators' pages."""

    def __init__(self, chromium: Browser, network: StagedNetwork, mailbox: Mailbox) -> None:
        self.chromium, self.network, self.mailbox = chromium, network, mailbox
        self.root = ""

    def sign_in(self, look: Look, language: str) -> Walker:
        """Enter her name, and open the link that comes by Wikimail."""
        here = Walker(self.chromium, look, language)
        here.go(f"{self.network.desk_url}/desk?uselang={language}")
        here.type("name", "coral")  # as people type it
        here.press("ask-for-link")
        self.network.run("once")
        [link] = [mail.link for mail in self.mailbox.to("Coral") if "/desk/" in mail.text]
        self.root = link.removeprefix(self.network.desk_url)
        here.go(link)
        here.press("open")
        return here

    def link(self, place: str) -> str:
        """Say how to find the link to one of the pages."""
        return f'a[href="{self.root}{place}"]'


@pytest.fixture
def coral(
    desk: None,  # which is open meanwhile
    chromium: Browser,
    network: StagedNetwork,
    mailbox: Mailbox,
) -> Coral:
    """Give Coral, while the desk is open."""
    return Coral(chromium, network, mailbox)


def told(here: Walker, said: str) -> bool:
    """Whether the page says this of the last press, in the reader's language."""
    words = load_messages().text(f"coordinate-said-{said}", here.language)
    return here.page.inner_text("[role=status]") == words


def shown(asked: dict[str, str]) -> str:
    """Give the reference of a case as people read it."""
    return f"{asked['ref'][:4]}-{asked['ref'][4:]}"


@READERS
def test_cases_complaints_and_the_network(
    coral: Coral, people: People, mailbox: Mailbox, language: str, look: Look
) -> None:
    """Coral asks Sven, who is rung; Rosa complains; Coral pauses him, and then the network."""
    network = coral.network
    asked = people.ask(
        "Rosa", languages=["de"], locale="en", message="MARKER-story", channels=["desk"]
    )
    ref, case = shown(asked), f"/case/{shown(asked)}"
    network.run("once")
    here = coral.sign_in(look, language)
    assert ref in here.words

    # Sven speaks no German; she chooses him all the same.
    here.follow(coral.link(case))
    here.choose("supporter", "Sven")
    here.press("offer")
    assert told(here, "asked")
    network.run("once")
    offer = Visitor(mailbox.wait_for("Sven", ref).link)
    offer.press("accept")
    network.run("once")
    Visitor(mailbox.wait_for("Sven", ref, number=2).link).press("open").press("take")

    # Sofie instead? She is asked once more, and goes back: nothing was done.
    here.choose("supporter", "Sofie")
    here.press("offer")
    assert told(here, "changed")  # he has said yes since she opened the page
    here.choose("supporter", "Sofie")
    here.press("offer")
    assert here.buttons == ["move-yes"]
    here.follow(BACK)
    assert "offer" in here.buttons

    # Something is wrong, says Rosa, and allows his name to be told, not hers.
    hers = Visitor(f"{network.desk_url}/status/{asked['status_token']}").press("open")
    hers.press("report", names_supporter="yes")
    network.run("once")
    mail = mailbox.wait_for("Coral", "something needs your decision")
    assert "Sven" not in without_tokens(mail.text + mail.subject)
    assert 'complaints_undecided": 1' in network.run("status", "--json").stdout
    here.follow(coral.link(""))
    here.follow(coral.link("/complaint/1"))
    assert "Sven" in here.words
    here.tick("hand-back")
    here.press("pause")
    assert told(here, "decided")
    network.run("once")
    mailbox.wait_for("Sven", "we are not asking you for now")
    assert "paused" in network.run("roster", "list").stdout
    assert mailbox.wait_for("Rosa", "somebody else")

    # The network stops at the second press, and goes on.
    here.follow(coral.link("/network"))
    here.press("pause")
    here.press("pause-yes")
    assert told(here, "paused")
    network.run("once")
    assert '"paused"' in people["Rosa"].page(KEY_PAGE)["text"]
    here.press("resume")
    here.press("resume-yes")
    assert told(here, "resumed")
    network.run("once")
    assert '"open"' in people["Rosa"].page(KEY_PAGE)["text"]

    # At the end the request was made to do harm: closed, barred, and told.
    here.follow(coral.link(""))
    here.follow(coral.link(case))
    here.press("bar")
    here.press("bar-yes")
    assert told(here, "barred")
    network.run("once")
    mailbox.wait_for("Rosa", "your request has been closed")
    people.ask("Rosa", languages=["de"], locale="en")
    network.run("once")
    assert "decided to take no requests" in mailbox.to("Rosa")[-1].text

    # Nothing that coordinators got or saw held a story or her name.
    for sent in mailbox.to("Coral"):
        assert "MARKER" not in sent.text + sent.subject
        assert "Rosa" not in without_tokens(sent.text + sent.subject)
    for place in ("/people", "/needs", "/network", ""):
        here.follow(coral.link(place))
        assert "Rosa" not in here.words


@READERS
def test_a_supporters_report_and_cases_that_are_closed(
    coral: Coral, people: People, mailbox: Mailbox, language: str, look: Look
) -> None:
    """What is asked once more can be left or done; the page after it says which it was."""
    network = coral.network
    reported = people.ask("Rosa", languages=["de"], channels=["desk"])
    others = [people.ask(name, languages=["pl"]) for name in ("Ravi", "Rim")]
    network.run("once")
    Visitor(mailbox.wait_for("Salma", shown(reported)).link).press("accept")
    network.run("once")
    hers = Visitor(mailbox.wait_for("Salma", shown(reported), number=2).link)
    hers.press("open").press("take").press("report")
    here = coral.sign_in(look, language)

    here.follow(coral.link("/complaint/1"))
    here.press("misuse")
    here.follow(BACK)
    here.press("nothing")
    assert told(here, "decided")
    for asked, do in zip(others, ("close", "misuse"), strict=True):
        here.follow(coral.link(f"/case/{shown(asked)}"))
        here.press(do)
        here.press(f"{do}-yes")
        assert shown(asked) not in here.words
    assert told(here, "misuse")
    here.follow(coral.link("/needs"))
    assert here.buttons == []


@READERS
def test_applications_and_cohorts(
    coral: Coral, mailbox: Mailbox, language: str, look: Look
) -> None:
    """Ravi is put down and trained, Rim declined, Sven asked again; each of them is told."""
    network = coral.network
    roster = network.folder / "spring.yaml"
    roster.write_text(SPRING, encoding="utf-8")
    network.run("roster", "import", str(roster))
    ids = {name: coral.network.sandbox.user_id(name) for name in ("Ravi", "Rim", "Sven")}
    today = datetime.now(UTC).date()
    here = coral.sign_in(look, language)
    here.follow(f"ul {coral.link('/people')}")

    # Nobody ticked: said, and what she typed is still there.
    here.type("cohort", "Autumn")
    here.choose_day("training-on", today)
    here.press("train")
    assert told(here, "nobody-chosen")
    assert here.page.input_value("#cohort") == "Autumn"
    here.tick(f"person-{ids['Ravi']}")
    here.choose_day("trained-until", today + timedelta(days=365))
    here.press("train")
    assert told(here, "training")
    assert "Autumn" in here.words
    here.tick(f"person-{ids['Ravi']}")
    here.press("active", f"form:has(#person-{ids['Ravi']}) button[value=active]")
    assert told(here, "active")

    here.tick(f"person-{ids['Rim']}")
    here.press("decline", f"form:has(#person-{ids['Rim']}) button[value=decline]")
    here.press("decline-yes")
    assert told(here, "declined")
    here.tick(f"person-{ids['Sven']}")
    here.press("ask-again")
    assert told(here, "asked-again")
    network.run("once")
    for name in ids:
        assert mailbox.to(name), name
