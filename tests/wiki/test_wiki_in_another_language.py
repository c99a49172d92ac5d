"""Published pages on a wiki that is not written in English: from English ones, and by hand."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from bot.network_state import TAMPERED
from bot.publishing.page_words import page_words
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from stage.sandbox import Account, Sandbox
from tests.conftest import People
from tests.wiki.conftest import Worker
from tests.wiki.test_publish_pages import by_box, check, html_of, saved, titles_of

LANDING, INTAKE = "Project:Peer support", "Project:Peer support/Intake"
BOT = "User:PeerSupportBot"
READ_BY_PEOPLE = {
    LANDING: "landing-danger-title",
    INTAKE: "header-leave",
    "Template:Peer support request/notice": "notice-go-on",
    BOT: "bot-no-mail",
    "Template:Peer support request": "request-how",
    "Template:Peer support envelope": "envelope-data",
}
"""Pages of prose, and a message that stands on each."""
PUBLISHED = [("ar", "ar", "rtl"), ("de-at", "de", "ltr"), ("fi", "en", "ltr"), ("fa", "en", "ltr")]
"""A wiki's content language, the language to publish in, and its direction."""

Asked = Mapping[str, str]
BY_HAND = [
    (
        "ar",
        "ar",
        {
            "languages": "العربية، الألمانية",
            "message": "أحتاج إلى من يكتب إليّ.",
            "avoid": "مستخدم:Ravi؛ Rim",
        },
    ),
    ("de-at", "de", {"languages": "Deutsch, Arabisch", "channels": "Wiki-Mail", "avoid": "Ravi"}),
    ("fi", "en", {"languages": "saksa, English", "avoid": "Käyttäjä:Ravi"}),
]
"""What somebody fills in on a wiki of that language."""

WrittenIn = Callable[[str], None]


@pytest.fixture
def written_in(sandbox: Sandbox) -> Iterator[WrittenIn]:
    """Give a way to change the language that the wiki is written in."""
    override = Path(sandbox.facts["override"])

    def change(language: str) -> None:
        override.write_text(f"<?php $wgLanguageCode = '{language}';")

    yield change
    override.unlink(missing_ok=True)


def inside(account: Account, title: str) -> str:
    """Give a page as it is rendered, without the wiki's own mark of its language around it."""
    return re.sub(r'<div class="mw-content-[^>]*>', "", html_of(account, title), count=1)


def marked(language: str, direction: str) -> str:
    """Give the attributes that say how a text is to be read."""
    return f'lang="{language}" dir="{direction}"'


@pytest.mark.parametrize(("content", "ours", "direction"), PUBLISHED)
def test_english_pages_become_the_wikis_own(
    network: StagedNetwork,
    worker: Worker,
    people: People,
    written_in: WrittenIn,
    content: str,
    ours: str,
    direction: str,
) -> None:
    """The watch takes them for an earlier release's, before and after `publish` renews them."""
    written_in(content)
    minutes = 0
    for _round in ("English still", "as published now"):
        minutes += 16
        worker.later(minutes=minutes)
        worker.do("watch")
        assert worker.setting(TAMPERED) == ""
        said = network.run("publish", "--as", "Iface").stdout
        assert "over what somebody else wrote" not in said
    as_they_are = said.count(": as it should be") + said.count(f"{BOT}: yours, and left as it is")
    assert as_they_are == len(titles_of(network)) + 1  # and the key page
    network.run("publish", "--overwrite", BOT)
    network.sandbox.maintenance("runJobs")  # a page shows a new template's text after a job
    assert list(check(network)) == ["published pages"]
    assert worker.rows("select kind from outbox") == []
    for title, key in READ_BY_PEOPLE.items():
        shown = inside(people["Rosa"], title)
        assert page_words(ours)[key] in html.unescape(shown), title
        assert marked(ours, direction) in shown, title
        assert "redlink=1" not in shown, title
        shown = re.sub(r"<pre>.*?</pre>", "", shown.replace("&lt;!--", ""), flags=re.DOTALL)
        assert not re.search(r"&lt;|&amp;#|\{\{|\[\[|\x27\x27\x27|@[A-Z]", shown), title
    title = "MediaWiki:Gadget-section-peer-support"
    assert people["Rosa"].page(title)["text"] == page_words(ours)["gadget-section"]


@pytest.mark.parametrize(("content", "ours", "asked"), BY_HAND)
def test_written_by_hand_in_the_wikis_language(
    network: StagedNetwork,
    worker: Worker,
    people: People,
    written_in: WrittenIn,
    content: str,
    ours: str,
    asked: Asked,
) -> None:
    """The button, the notice, the form: whatever is filled in as people there write is read."""
    written_in(content)
    network.run("publish", "--as", "Iface")
    worker.do("take_in")
    form = by_box(people["Rosa"], page_words(ours)["notice-go-on"])
    assert page_words(ours)["form-public"] in form["wpTextbox1"]
    for name, value in asked.items():
        form["wpTextbox1"] = re.sub(rf"(?m)^(\|{name} *= )$", rf"\1{value}", form["wpTextbox1"])
    assert all(value in form["wpTextbox1"] for value in asked.values())
    saved(people["Rosa"], form)
    worker.once()
    assert worker.outcomes() == ["request"]
    assert worker.cases() == 1
    assert worker.told("prose") == []


def test_it_ends_in_the_wikis_language(
    network: StagedNetwork, people: People, written_in: WrittenIn, mailbox: Mailbox
) -> None:
    """What stays on landing and intake page is in Arabic, from right to left, and says so once."""
    written_in("ar")
    network.run("publish", "--as", "Iface")
    for _twice in range(2):
        assert network.run("wind-down", "--yes").returncode == 0
    assert mailbox.to("Salma")
    for title in (LANDING, INTAKE):
        shown = html.unescape(inside(people["Rosa"], title))
        assert shown.count(page_words("ar")["farewell-ended"]) == 1, title
        assert marked("ar", "rtl") in shown, title
        assert page_words("en")["farewell-ended"] not in shown, title
