"""A desk over a real store, a clock that tests move, and people with browsers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import Headers

from bot.casework import events as on
from bot.casework.case import Step, receive
from bot.casework.effects import Door
from bot.casework.roster import Supporter
from bot.config import Config, load
from bot.config.model import Desk
from bot.desk.app import create_app
from bot.i18n import Messages
from bot.store import cases, links, roster
from bot.store.cases import Asked, Identity, StoredCase, Story
from bot.store.keyring import Keyring, token_digest
from bot.store.schema import metadata
from bot.store.store import MAIL_PAGE, Store, create_store, open_store, put_setting

_VOID = frozenset({"br", "input", "link", "meta"})


class Page(HTMLParser):
    """A page as a browser reads it, strictly: every element has to be closed in its order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: dict[str, str] = {}
        self.fields: dict[str, dict[str, str]] = {}
        """What each form sends along unseen, by what it does."""
        self.boxes: dict[str, str] = {}
        """What stands in each box for text, by its name, or else its id."""
        self.elements: Counter[str] = Counter()
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.message: str | None = None
        self.buttons: list[str] = []
        self._path: list[str] = []
        self._hidden: dict[str, str] = {}
        self._box: str | None = None
        self._texts: list[str] = []
        self.feed(text)
        self.close()
        assert not self._path, f"left open: {self._path}"

    @property
    def text(self) -> str:
        """All that is there to be read, without the markup."""
        return " ".join("".join(self._texts).split())

    @property
    def links(self) -> list[str]:
        """Where the page's links lead, in their order."""
        return [given.get("href") or "" for tag, given in self.attributes if tag == "a"]

    def of(self, tag: str) -> dict[str, str | None]:
        """Give the attributes of the first element of a kind."""
        return next(attributes for name, attributes in self.attributes if name == tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element."""
        attributes = dict(attrs)
        assert len(attributes) == len(attrs), f"an attribute twice: {attrs}"
        self.elements[tag] += 1
        self.attributes.append((tag, attributes))
        if tag == "form":
            self._hidden = {}
        if attributes.get("type") == "hidden":
            self._hidden[attributes["name"] or ""] = attributes["value"] or ""
        if tag == "button":
            # A question is one form with an answer a button.
            do = self._hidden.get("do") or attributes["value"] or ""
            self.forms[do] = self._hidden.get("form", "")
            self.fields[do] = dict(self._hidden)
            self.buttons.append("")
        if tag == "textarea":
            self._box = attributes.get("name") or attributes["id"] or ""
            self.boxes[self._box] = ""
        if attributes.get("class") == "message":
            self.message = ""
        if tag not in _VOID:
            self._path.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Go out of an element."""
        assert self._path.pop() == tag
        if tag == "textarea" and self._box is not None:
            # As in a browser: the first line end after the tag is none of the text.
            self.boxes[self._box] = self.boxes[self._box].removeprefix("\n")
            self._box = None

    def handle_data(self, data: str) -> None:
        """Read text."""
        self._texts.append(data)
        if self._box is not None:
            self.boxes[self._box] += data
        if self._path[-1:] == ["button"]:
            self.buttons[-1] += data
        if self.message is not None and self._path[-1:] == ["p"] and not self.message:
            self.message = data


@dataclass(frozen=True)
class Answer:
    """What the desk answered."""

    status: int
    headers: Headers
    text: str

    @property
    def page(self) -> Page:
        """Read it as a page."""
        return Page(self.text)


class Browser:
    """One person's browser."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def send(self, method: str, path: str, **request: Any) -> Answer:
        """Send any request."""
        response = self.client.open(path, method=method, **request)
        answer = Answer(response.status_code, response.headers, response.get_data(as_text=True))
        response.close()
        return answer

    def get(self, path: str) -> Answer:
        """Look at a page."""
        return self.send("GET", path)

    def post(self, path: str, do: str, form: str | None = None, **fields: str) -> Answer:
        """Send a form as it is given here."""
        given = {"do": do} | ({} if form is None else {"form": form}) | fields
        return self.send("POST", path, data=given)

    def press(self, path: str, do: str, **typed: str) -> Answer:
        """Press a button that is on the page, with what was typed or chosen above it."""
        return self.post(path, **({"do": do} | self.get(path).page.fields[do] | typed))

    def open(self, path: str) -> Page:
        """Press the one button of a door, and give the page behind it."""
        assert self.press(path, "open").status == 303
        return self.get(path).page


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Give the time."""
        return self.now

    def pass_(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


def speak(**also: dict[str, str]) -> Messages:
    """Give the messages in English alone, so that no translation moves a test; and some more."""
    english = json.loads((files("bot.i18n") / "en.json").read_text(encoding="utf-8"))
    return Messages({"en": english, **also})


NAME = "Rosa Muster"
STORY = Story(
    message="They follow me to every talk page.",
    contact=(("signal", "rosa.7788"),),
    words=("amber", "violin", "harbour"),
)


@dataclass
class Scene:
    """A network with its desk, and what tests do to it behind the desk's back."""

    config: Config
    store: Store
    clock: Clock
    messages: Messages = field(default_factory=speak)
    refs: list[str] = field(default_factory=lambda: ["K7QF9M2D", "A1B2C3D4", "Z9Y8X7W6"])
    told: tuple[str, ...] = (NAME, STORY.message, "rosa.7788", *STORY.words)
    """All that a requester wrote or is called; a page shows it to one supporter, after `take`."""

    def __post_init__(self) -> None:
        """Open the desk."""
        self.at(self.config.desk.url)

    def at(self, url: str) -> None:
        """Open the desk anew, at another address."""
        self.config = self.config.model_copy(update={"desk": Desk(url=url)})
        self.app = create_app(self.config, self.store, self.messages, self.clock)

    def says(self, key: str, *parameters: str) -> str:
        """Give the words of a message, which are others' to change."""
        return self.messages.text(key, "en", *parameters)

    def browser(self) -> Browser:
        """Give a browser that has not been here before."""
        return Browser(self.app)

    def supporter(self, user_id: int, **profile: Any) -> int:
        """Put somebody on the roster."""
        usual = {"name": f"Supporter {user_id}", "languages": ("de", "en")}
        with self.store.write() as tx:
            roster.put(tx, Supporter(user_id=user_id, **(usual | profile)), self.clock())
        return user_id

    def profile(self, user_id: int) -> Supporter:
        """Read somebody on the roster."""
        with self.store.read() as tx:
            found = roster.get(tx, user_id)
        assert found is not None
        return found

    def case(
        self,
        *,
        name: str = NAME,
        story: Story = STORY,
        locale: str = "en",
        notify: bool = False,
        channels: tuple[str, ...] = ("signal", "wikimail"),
    ) -> int:
        """Take a request in."""
        now, policy = self.clock(), self.config.policy
        step = receive(self.refs.pop(0), notify=notify, now=now)
        asked = Asked(locale, ("de",), ("alone",), channels, ())
        identity = Identity(99, name, ("Avoided User",))
        with self.store.write() as tx:
            return cases.take_in(tx, step, asked, identity, story, policy=policy, now=now)

    def tell(self, case_id: int, event: on.Event) -> Step:
        """Let something happen to a case."""
        with self.store.write() as tx:
            step = cases.happened(tx, case_id, event, now=self.clock(), policy=self.config.policy)
        assert step is not None
        return step

    def offer(self, case_id: int, *supporters: int) -> None:
        """Let a case be offered to supporters, and their mails be sent."""
        chosen = tuple(on.Chosen(supporter) for supporter in supporters)
        self.tell(case_id, on.Looked(chosen, possible=True, again_at=self.clock()))
        for supporter in supporters:
            self.tell(case_id, on.OfferSent(supporter))

    def link(self, case_id: int, door: Door, supporter: int | None = None, days: float = 2) -> str:
        """Make a link, and give its path."""
        token, now = self.store.keyring.new_token(), self.clock()
        digest = token_digest(token)
        ends = None if door is Door.STATUS else now + timedelta(days=days)
        with self.store.write() as tx:
            links.put(tx, digest, door, case_id, supporter=supporter, now=now, expires_at=ends)
        return f"/{door.value}/{token}"

    def offered(self, supporter: int = 1) -> tuple[int, str]:
        """Give a case and the link to its offer."""
        case_id = self.case()
        self.offer(case_id, self.supporter(supporter))
        return case_id, self.link(case_id, Door.OFFER, supporter)

    def supported(self, supporter: int = 1, **case: Any) -> tuple[int, str]:
        """Give an accepted case and its supporter's link to it."""
        case_id = self.case(**case)
        self.offer(case_id, self.supporter(supporter))
        self.tell(case_id, on.Accepted(supporter, has_room=True))
        return case_id, self.link(case_id, Door.CASE, supporter)

    def stored(self, case_id: int) -> StoredCase:
        """Read a case."""
        with self.store.read() as tx:
            found = cases.load(tx, case_id)
        assert found is not None
        return found

    def dump(self) -> dict[str, list[Any]]:
        """Give every row of every table."""
        with self.store.read() as tx:
            return {
                table.name: [tuple(row) for row in tx.connection.execute(select(table))]
                for table in metadata.sorted_tables
            }


def kept_secrets(rows: dict[str, list[Any]]) -> set[str]:
    """Name the kinds of secrets that are left in all cases, each with its key."""
    kept = {row[1] for row in rows["case_secrets"]}
    assert {row[1] for row in rows["case_keys"]} >= kept
    return kept | {row[1] for row in rows["case_keys"]}


@pytest.fixture
def clock() -> Clock:
    """Give a clock."""
    return Clock()


@pytest.fixture
def make_scene(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Scene]]:
    """Give what makes a network, which speaks English and these."""
    made: list[Scene] = []
    file = tmp_path / "peer-support.yaml"
    file.write_text('wiki: {intake: "Project:Intake"}\ncoordinators: [Coordinator]\n')

    def make(**also: dict[str, str]) -> Scene:
        config = load(file, {})
        keyring = Keyring(bytes(32))
        create_store(config.database_url, keyring)
        store = open_store(config.database_url, keyring)
        with store.write() as tx:  # as the worker does
            put_setting(tx, MAIL_PAGE, "https://wiki.example.org/wiki/Special:EmailUser/NAME")
        made.append(Scene(config, store, clock, speak(**also)))
        return made[-1]

    yield make
    for one in made:
        one.store.close()


@pytest.fixture
def scene(make_scene: Callable[..., Scene]) -> Scene:
    """Give a network."""
    return make_scene()
