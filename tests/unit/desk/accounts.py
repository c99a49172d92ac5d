"""Forms filled in as a browser does it, and people with a link of their account's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from bot.casework.effects import Door
from bot.store import accounts
from bot.store.accounts import AccountLink, SignIn

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Answer, Browser, Scene

Values = Mapping[str, str | Sequence[str]]


class Fields(HTMLParser):
    """What a browser would send for each button, were it pressed now."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sent: dict[str, dict[str, list[str]]] = {}
        self.wrong: set[str] = set()
        """The fields that are marked as wrong."""
        self.ids: list[str] = []
        self._form: dict[str, list[str]] = {}
        self._area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read one control."""
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if "id" in given:
            self.ids.append(given["id"])
        if given.get("aria-invalid") == "true":
            self.wrong.add(given["id"])
        if tag == "form":
            self._form = {}
        elif tag == "textarea":
            self._area = name
            self._form[name] = [""]
        elif tag == "input" and given.get("type") == "checkbox":
            if "checked" in given:
                self._form.setdefault(name, []).append(given["value"])
        elif tag == "input":
            self._form.setdefault(name, []).append(given.get("value", ""))
        elif tag == "button":
            self.sent[given["value"]] = self._form | {"do": [given["value"]]}

    def handle_endtag(self, tag: str) -> None:
        """Go out of a box for text."""
        if tag == "textarea":
            # The line end right after the tag is not a part of the text.
            self._form[self._area][0] = self._form[self._area][0].removeprefix("\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        """Read text."""
        if self._area:
            self._form[self._area][0] += data


@dataclass
class Guest:
    """Somebody with a link of their account's own, in a browser of their own."""

    browser: Browser
    path: str
    answer: Answer = field(init=False)

    def __post_init__(self) -> None:
        """Open the link."""
        self.look()

    def look(self) -> Answer:
        """Look at the page."""
        self.answer = self.browser.get(self.path)
        return self.answer

    def open(self) -> Guest:
        """Press the one button of the door."""
        self.press("open")
        assert self.answer.status == 200
        return self

    def fields(self, do: str) -> dict[str, list[str]]:
        """Give what the form of a button holds now."""
        return Fields(self.answer.text).sent[do]

    def press(self, do: str, **changed: str | Sequence[str]) -> Answer:
        """Change some fields of the form in front of them and press its button."""
        values: dict[str, str | Sequence[str]] = dict(self.fields(do))
        return self.send(values | {name.replace("__", "-"): one for name, one in changed.items()})

    def send(self, values: Values) -> Answer:
        """Send a form, and follow where it leads."""
        self.answer = self.browser.send("POST", self.path, data=dict(values))
        if self.answer.status == 303:
            self.answer = self.browser.get(self.answer.headers["Location"])
        return self.answer

    @property
    def wrong(self) -> set[str]:
        """The fields marked as wrong on the page in front of them."""
        return Fields(self.answer.text).wrong


def link(
    scene: Scene,
    door: Door,
    account: int = 99,
    name: str = "Rosa Muster",
    *,
    locale: str = "en",
    blocked: bool = False,
    days: float = 2,
) -> str:
    """Make an account's link, and give its path."""
    token, now = scene.store.keyring.new_token(), scene.clock()
    made = AccountLink(door, account, name, locale, blocked)
    with scene.store.write() as tx:
        accounts.put_link(tx, token, made, now=now, expires_at=now + timedelta(days=days))
    return f"/{door.value}/{token}"


def waiting(scene: Scene) -> list[SignIn]:
    """List the names that wait to be looked up."""
    with scene.store.read() as tx:
        return accounts.asked(tx, 10_000)
