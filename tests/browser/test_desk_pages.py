"""Every page of the desk with real cases: by keyboard, without a script, for every reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from stage import network as networks
from stage import sandbox as sandboxes
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from tests.browser.walking import ARABIC, NARROW, WIDE, Look, Walker
from tests.conftest import People

MORE = """\
policy: {offers_at_once: 1, cool_down_days: 0}
sign_up: {opens: 2026-01-01}
"""
SUPPORTERS = {"Sven": ("en", "de"), "Sofie": ("de", "en"), "Salma": ("ar",), "Samir": ("ar",)}
HOSTILE = "<script>document.title = 'ran'</script> \u202eevil\u202c <b>bold</b>"


@dataclass
class House:
    """A network in which worker and desk run, its people, and the browser that they use."""

    network: StagedNetwork
    mailbox: Mailbox
    people: People
    browser: Browser

    def walker(self, look: Look, language: str) -> Walker:
        """Give somebody a browser of their own."""
        return Walker(self.browser, look, language)

    def at(self, path: str) -> str:
        """Give the address of a page."""
        return f"http://127.0.0.1:{self.network.desk_port}{path}"

    def link(self, name: str, door: str, about: str = "", number: int = 1) -> str:
        """Wait for a mail with a link through this door, and give the link."""
        return self.mailbox.wait_for_link(name, door, about, number, seconds=60)

    def supporter_asked(self, ref: str, number: int) -> tuple[str, str]:
        """Wait until so many supporters were asked about a case; give the last and their link."""
        address, link = self.mailbox.wait_for_asked(ref, number, seconds=60)
        return address.split("@")[0].capitalize(), link


@pytest.fixture(scope="module")
def house(
    first_network: StagedNetwork, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> Iterator[House]:
    """Give one house for all tests here: starting it takes longer than most of them."""
    sandbox = first_network.sandbox
    sandboxes.command(("return", "--port", str(sandbox.port)))
    network = networks.copy(first_network, tmp_path_factory.mktemp("house"))
    with network.config_file.open("a") as config:
        config.write(MORE)
    roster = network.folder / "config" / "roster.yaml"
    roster.write_text(
        "".join(
            f"- {{user: {name}, languages: [{', '.join(codes)}], capacity: 9, per_week: 9,"
            f" timezone: Europe/Berlin, word: lighthouse}}\n"
            for name, codes in SUPPORTERS.items()
        )
    )
    network.run("roster", "import", str(roster))
    running = [network.start_desk(), network.start("run")]
    try:
        yield House(network, Mailbox(sandbox.mailbox_url), People(sandbox), chromium)
    finally:
        for process in running:
            process.terminate()
            process.wait()


@pytest.mark.parametrize(
    ("name", "language", "look"),
    [("Rosa", "en", WIDE), ("Ravi", "de", NARROW), ("Rim", "ar", ARABIC)],
    ids=["wide", "narrow and dark", "from right to left"],
)
def test_a_whole_case_by_keyboard_without_a_script(
    house: House, name: str, language: str, look: Look
) -> None:
    """Asked, accepted, read in two steps, talked about, handed over, closed, and reported.

    Every page on the way fits, speaks the reader's language, and keeps nobody out.
    """
    asked = house.people.ask(
        name, languages=[language], locale=language, message=HOSTILE, channels=["desk", "wikimail"]
    )
    ref = asked["ref"]
    status = house.at(f"/status/{asked['status_token']}")

    # Somebody is asked, says yes, and reads in two steps.
    first, offer = house.supporter_asked(ref, 1)
    here = house.walker(look, SUPPORTERS[first][0])
    here.go(offer)
    assert name not in here.words
    assert here.buttons == ["accept", "decline", "pause"]
    assert "Europe/Berlin" in here.words or "GMT" in here.words or "MEZ" in here.words
    here.press("accept")
    here.go(house.link(first, "case", ref))
    assert name not in here.words
    here.press("open")
    assert name in here.words
    assert "evil" not in here.words
    here.press("take")
    assert here.page.inner_text(".message") == HOSTILE
    here.unfold()
    here.type("write", "Hello! I have read it. Would you like to tell me more?")
    here.press("write")

    # The other is rung, reads, answers; and would rather talk to somebody else.
    house.link(name, "status", ref, number=3)
    there = house.walker(look, language)
    there.go(status)
    there.press("open")
    assert "Would you like to tell me more?" in there.words
    there.type("write", "Yes. 🌻 " * 100)
    there.press("write")
    assert here.go(here.page.url) == 200
    here.press("look")
    assert "🌻" in here.words
    there.unfold()
    there.press("somebody-else")
    assert "🌻" not in there.words
    assert here.go(here.page.url) == 404

    # The next one hands nothing back, and closes; then the two last questions.
    second, offer = house.supporter_asked(ref, 2)
    assert second != first
    here = house.walker(look, SUPPORTERS[second][0])
    here.go(offer)
    here.press("accept")
    here.go(house.link(second, "case", ref))
    here.press("open")
    here.press("take")
    assert "🌻" not in here.words
    here.press("written")
    here.press("close")
    there.go(status)
    there.answer("rate", "yes")
    there.unfold()
    there.tick("names-supporter")
    there.press("report")
    assert there.buttons == ["new-link"]
    # Until it is decided nobody asks this supporter about anything.
    waiting = house.network.run("complaints", "list").stdout
    [number] = re.findall(r"^│ (\d+) ", waiting, re.MULTILINE)
    house.network.run("complaints", "decide", number, "nothing", "--yes")


@pytest.mark.parametrize(
    ("name", "language", "look"),
    [("Ravi", "de", NARROW), ("Rim", "ar", ARABIC)],
    ids=["narrow and dark", "from right to left"],
)
def test_asking_at_the_desk_and_taking_it_back(
    house: House, name: str, language: str, look: Look
) -> None:
    """The name, the link that comes, the form twice, the private link, and everything erased."""
    here = house.walker(look, language)
    here.go(house.at(f"/?uselang={language}"))
    here.go(house.at(f"/privacy?uselang={language}"))
    here.go(house.at(f"/ask?uselang={language}"))
    here.type("name", name)
    here.press("ask-for-link")
    here.go(house.link(name, "ask"))
    here.press("open")
    if here.page.is_checked(f"#languages-{language}"):
        here.tick(f"languages-{language}")
    here.type("message", HOSTILE)
    here.press("send")
    assert here.page.locator("[role=alert]").count() == 1
    assert here.page.input_value("#message") == HOSTILE
    here.tick(f"languages-{language}")
    here.press("send")
    [ref] = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", here.page.inner_text("#ref"))
    status = here.page.inner_text("#status-link")
    here.reach("#status-link")
    with here.page.expect_navigation():
        here.page.keyboard.press("Enter")
    here.press("open")
    assert "evil" not in here.words

    # The first who is asked says "not this time", the second would like two weeks of peace.
    for number, do in enumerate(["decline", "pause"], start=1):
        supporter, offer = house.supporter_asked(ref, number)
        there = house.walker(look, SUPPORTERS[supporter][0])
        there.go(offer)
        there.press(do)
        house.network.run("roster", "resume", supporter)
    here.go(status)
    here.press("withdraw")
    assert here.go(status) == 404


def test_asking_while_the_network_is_paused(house: House) -> None:
    """Who comes then reads so before they have written a word, and where else to turn."""
    house.network.run("pause")
    try:
        here = house.walker(NARROW, "de")
        here.go(house.at("/ask?uselang=de"))
        assert here.buttons == []
        assert "emergency@wikimedia.org" in here.words
    finally:
        house.network.run("resume")


@pytest.mark.parametrize(
    ("name", "language", "look"),
    [("Rosa", "en", WIDE), ("Rim", "ar", ARABIC)],
    ids=["wide", "from right to left"],
)
def test_joining_and_a_supporters_own_page(
    house: House, name: str, language: str, look: Look
) -> None:
    """Signing up with one mistake, then the own page: saved, paused, back again, and left."""
    here = house.walker(look, language)
    here.go(house.at(f"/join?uselang={language}"))
    here.type("name", name)
    here.press("ask-for-link")
    here.go(house.link(name, "join"))
    here.press("open")
    here.type("timezone", "Nowhere/At all")
    here.press("send")
    assert here.page.locator("[role=alert] a").count() == 2
    here.type("timezone", "Africa/Cairo")
    here.tick("read-yes")
    here.press("send")
    assert here.buttons == []

    here.go(house.at(f"/me?uselang={language}"))
    here.type("name", name)
    here.press("ask-for-link")
    mine = house.link(name, "me")
    here.go(mine)
    here.press("open")
    here.type("word", "harbour")
    here.press("save")
    house.network.run("roster", "resume", name)
    here.go(mine)
    here.choose_day("until", (datetime.now(UTC) + timedelta(days=30)).date())
    here.press("pause")
    here.press("back")
    here.press("leave")
    here.press("stay")
    here.press("leave")
    here.press("leave-for-good")
    assert here.go(mine) == 404
