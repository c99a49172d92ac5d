"""Marker strings in every field of a request, then a search of everything that was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stage.desk import Visitor
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from stage.sandbox import Account
from tests.conftest import People

MARKERS = {
    "message": "MARKER-message-Zq7",
    "contact": "marker-contact-zq7@mail.example",
    "avoid": "Marker avoid Zq7",
    "words": "marker-word-zq7",
}
STATUS_TOKEN = "bWFya2VyLXRva2VuLXpxNw"


def everything_written(folders: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Give every file below these folders."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield str(path), path.read_bytes()


def everything_on_the_wiki(reader: Account) -> str:
    """Give every revision of every page that the wiki has, its summary and title."""
    texts = []
    for namespace in (0, 2, 4, 8, 10):
        for page in reader.get(
            action="query", list="allpages", apnamespace=namespace, aplimit="max"
        )["query"]["allpages"]:
            answer = reader.get(
                action="query",
                titles=page["title"],
                prop="revisions",
                rvprop="content|comment",
                rvslots="main",
                rvlimit=50,
            )
            texts.append(str(answer))
    return "\n".join(texts)


def found_in(text: str | bytes) -> list[str]:
    """Name the fields whose markers stand in a text, whatever their letter case."""
    raw = text if isinstance(text, bytes) else text.encode()
    lowered = raw.lower()
    kinds = MARKERS | {"status_token": STATUS_TOKEN}
    return [field for field, marker in kinds.items() if marker.lower().encode() in lowered]


@pytest.mark.usefixtures("desk")
def test_markers_are_found_on_the_case_page_alone(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """No file, log, mail, page, or output holds a word of a request; the case page does."""
    said: list[str] = []

    def run(*arguments: str) -> None:
        done = network.run(*arguments)
        said.append(done.stdout + done.stderr)

    asked = people.ask(
        "Rosa",
        languages=["de"],
        channels=["email", "desk"],
        contact={"email": MARKERS["contact"]},
        message=MARKERS["message"],
        avoid=[MARKERS["avoid"]],
        words=[MARKERS["words"], "tiger", "window"],
        status_token=STATUS_TOKEN,
    )
    ref = asked["ref"]
    pages = []
    run("once")
    offer = Visitor(mailbox.to("Salma")[0].link)
    pages += [offer.text, offer.press("accept").text]
    run("once")
    for command in (("status",), ("status", "--json"), ("cases", "list"), ("cases", "show", ref)):
        run(*command)
    run("cases", "why", ref)
    run("roster", "list")
    case = Visitor(mailbox.to("Salma")[-1].link)
    pages += [case.text, case.press("open").text]
    the_case_page = case.press("take").text
    assert found_in(the_case_page) == ["message", "contact", "words"]

    folders = [network.folder, network.sandbox.pywikibot_dir]
    for _ in ("while it is open", "after it was closed"):
        assert [(p, found_in(raw)) for p, raw in everything_written(folders) if found_in(raw)] == []
        assert [found_in(mail.text + mail.subject) for mail in mailbox.everything()] == [
            [] for _ in mailbox.everything()
        ]
        assert found_in(everything_on_the_wiki(people["Iface"])) == []
        assert [field for page in pages for field in found_in(page)] == []
        assert [field for text in said for field in found_in(text)] == []
        if case.look().status == 200:
            pages.append(case.press("close").text)
            run("once")
            run("cases", "show", ref)
    # No command and no mail names the requester either, but those to her.
    assert not [text for text in said if "Rosa" in text]
    assert not [m for m in mailbox.everything() if m.to != "rosa@mail.example" and "Rosa" in m.text]
