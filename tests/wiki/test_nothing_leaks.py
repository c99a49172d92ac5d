"""Marker strings in every field of a request, then a search of everything that was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stage.desk import Visitor
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from stage.sandbox import Account, Sandbox
from tests.conftest import People
from tests.drawn import without_tokens

MARKERS = {
    "message": "MARKER-message-Zq7",
    "contact": "marker-contact-zq7@mail.example",
    "avoid": "Marker avoid Zq7",
    "words": "marker-word-zq7",
    "conversation": "MARKER-conversation-Zq7",
    "answer": "MARKER-answer-Zq7",
}
AT_THE_DESK = {
    "from the supporter": "MARKER-said-by-Salma-Zq7",
    "from the requester": "MARKER-said-by-Rosa-Zq7",
    "private message": "MARKER-private-Zq7",
    "private address": "marker-private-zq7@mail.example",
    "private avoid": "Marker private avoid Zq7",
    "applicant's avoid": "Marker applicant avoid Zq7",
    "applicant's word": "marker-word-of-applicant-zq7",
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
    kinds = MARKERS | AT_THE_DESK | {"status_token": STATUS_TOKEN}
    return [field for field, marker in kinds.items() if marker.lower().encode() in lowered]


LOGGING_ON = """
log, debug_log, verbose_output = ['*'], [''], 2
logfilename = 'everything.log'
import logging, http.client
logging.basicConfig(level=1, force=True)
logging.getLogger('urllib3').setLevel(1)
http.client.HTTPConnection.debuglevel = 1
"""


@pytest.fixture
def told_everything(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Ask for every log there is, as loud as it goes, in settings and environment."""
    settings = sandbox.pywikibot_dir / "user-config.py"
    kept = settings.read_text(encoding="utf-8")
    settings.write_text(kept + LOGGING_ON, encoding="utf-8")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setenv("PEER_SUPPORT_LOG", "DEBUG")
    yield
    settings.write_text(kept, encoding="utf-8")


@pytest.mark.usefixtures("told_everything", "desk")
def test_markers_are_found_on_the_case_page_alone(
    network: StagedNetwork, people: People, mailbox: Mailbox, tmp_path: Path
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

    case.press("write", text=MARKERS["conversation"])
    hers = Visitor(f"{network.desk_url}/status/{STATUS_TOKEN}").press("open")
    assert found_in(hers.text) == ["conversation"]
    hers.press("write", text=MARKERS["answer"])
    run("once")
    assert set(found_in(case.look().press("look").text)) == set(found_in(the_case_page)) | {
        "conversation",
        "answer",
    }

    # What was in the log is what we say: the mails with their outcomes, and no library.
    assert f"deliver: mail=offer case={ref} outcome=Sent code=success" in "".join(said)
    assert not list(network.sandbox.pywikibot_dir.rglob("everything.log*"))
    folders = [network.folder, network.sandbox.pywikibot_dir, tmp_path]
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


@dataclass
class Search:
    """Everything that a network writes or says, to be searched for markers."""

    network: StagedNetwork
    people: People
    mailbox: Mailbox
    said: list[str] = field(default_factory=list)

    def once(self, *more: str) -> None:
        """Let the worker do its work, and look at what the commands say."""
        for command in (["once"], ["status", "--json"], ["cases", "list", "--all"], list(more)):
            if command:
                done = self.network.run(*command)
                self.said.append(done.stdout + done.stderr)

    def finds_nothing(self) -> None:
        """Check files, mails, wiki and commands."""
        folders = [self.network.folder, self.network.sandbox.pywikibot_dir]
        files = [(path, found_in(raw)) for path, raw in everything_written(folders)]
        assert [one for one in files if one[1]] == []
        assert [found_in(text) for text in self.said if found_in(text)] == []
        for mail in self.mailbox.everything():
            # By their own word supporters know that a mail is ours.
            known = ["applicant's word"] if mail.to == "ravi@mail.example" else []
            assert found_in(mail.subject + mail.text) in ([], known), mail.subject
        assert found_in(everything_on_the_wiki(self.people["Iface"])) == []
        # Nor does anything name the requester but the mails to her.
        named = [path for path, raw in everything_written([self.network.folder]) if b"Rosa" in raw]
        assert named == []
        assert [text for text in self.said if "Rosa" in text] == []
        others = [m for m in self.mailbox.everything() if m.to != "rosa@mail.example"]
        assert [mail.subject for mail in others if "Rosa" in mail.text] == []

    def enter(self, door: str, name: str) -> Visitor:
        """Enter a name, follow the link that comes, and open it."""
        base = f"http://127.0.0.1:{self.network.desk_port}"
        Visitor(f"{base}/{door}?uselang=en").press("ask-for-link", name=name)
        self.once()
        return Visitor(self.mailbox.wait_for_link(name, door)).press("open")


def test_markers_through_the_whole_desk(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """From a private request over talk, complaint and hand-over to closing and withdrawal.

    Nothing of it lies anywhere in the open, at any time; each page shows to whom it belongs.
    """
    with network.config_file.open("a") as config:
        config.write("sign_up: {opens: 2026-01-01}\n")
    process = network.start_desk()
    try:
        _through_the_desk(Search(network, people, mailbox))
    finally:
        process.terminate()
        process.wait()


def _through_the_desk(search: Search) -> None:
    mailbox = search.mailbox
    form = search.enter("ask", "Rosa")
    sent = form.press(
        "send",
        languages=["de"],
        channels=["desk", "email"],
        message=AT_THE_DESK["private message"],
        avoid=AT_THE_DESK["private avoid"],
        **{"address-email": AT_THE_DESK["private address"]},
    )
    assert found_in(sent.text) == []
    status = re.findall(r'id="status-link" href="([^"]+)"', sent.text)
    there = Visitor(status[0]).press("open")
    search.once()
    search.finds_nothing()

    # Somebody applies, and looks at their own page.
    mine = {
        "avoid": AT_THE_DESK["applicant's avoid"],
        "word": AT_THE_DESK["applicant's word"],
        "read": "yes",
    }
    assert "Thank you" in search.enter("join", "Ravi").press("send", **mine).text
    own = search.enter("me", "Ravi")
    assert found_in(own.text) == ["applicant's avoid", "applicant's word"]
    own.press("save", capacity="3")
    search.finds_nothing()

    # Both talk; the requester complains, which names nobody here; it is closed.
    Visitor(mailbox.wait_for_link("Salma", "offer")).press("accept")
    search.once()
    here = Visitor(mailbox.wait_for_link("Salma", "case")).press("open").press("take")
    assert found_in(here.text) == ["private message", "private address"]
    here.press("write", text=AT_THE_DESK["from the supporter"])
    there.look().press("look")
    assert found_in(there.text) == ["from the supporter"]
    there.press("write", text=AT_THE_DESK["from the requester"])
    there.press("report")
    search.once("complaints", "list")
    search.finds_nothing()
    desk = search.enter("desk", "Coral")
    assert found_in(desk.text) == []
    assert "Rosa" not in without_tokens(desk.text)
    here.look().press("look")
    assert "from the requester" in found_in(here.text)
    here.press("hand-back")
    search.once()
    there.look()
    assert found_in(there.text) == []
    search.finds_nothing()
    there.press("withdraw")
    search.once("complaints", "list")
    own.look().press("leave").press("leave-for-good")
    search.once()
    search.finds_nothing()
