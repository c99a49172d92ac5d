"""A coordinator with a link and a browser, for the tests of their pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.casework.effects import Door
from bot.store import accounts
from bot.store.schema import outbox
from tests.unit.desk.conftest import Answer, Browser, Page, Scene

NAME = "Coordinator"


@dataclass
class Desk:
    """The pages behind one coordinator's link, opened."""

    scene: Scene
    name: str = NAME
    root: str = field(init=False)
    browser: Browser = field(init=False)

    def __post_init__(self) -> None:
        """Get a link and go in."""
        self.root = link(self.scene, self.name)
        self.browser = self.scene.browser()
        assert self.browser.press(self.root, "open").status == 303

    def page(self, place: str = "") -> Page:
        """Look at a page."""
        answer = self.browser.get(self.root + place)
        assert answer.status == 200
        return answer.page

    def press(self, place: str, do: str, **fields: Any) -> Page:
        """Press a button that is on a page, and give the page that comes."""
        return self.follow(self.post(place, do, self.page(place).forms[do], **fields))

    def post(self, place: str, do: str, form: str, **fields: Any) -> Answer:
        """Send a form."""
        data = {"do": do, "form": form} | {k.replace("_", "-"): v for k, v in fields.items()}
        return self.browser.send("POST", self.root + place, data=data)

    def follow(self, answer: Answer) -> Page:
        """Go where an answer leads."""
        if answer.status != 303:
            assert answer.status == 200
            return answer.page
        answer = self.browser.get(answer.headers["Location"])
        assert answer.status == 200
        return answer.page

    def twice(self, place: str, do: str, **fields: Any) -> Page:
        """Press a button, and then the one that asks whether they are sure."""
        sure = self.press(place, do, **fields)
        return self.follow(self.post(place, f"{do}-yes", sure.forms[f"{do}-yes"], **fields))


def link(scene: Scene, name: str = NAME, days: float = 2, door: Door = Door.DESK) -> str:
    """Make an account's own link, and give its path."""
    token, now = scene.store.keyring.new_token(), scene.clock()
    made = accounts.AccountLink(door, 5, name, "en")
    with scene.store.write() as tx:
        accounts.put_link(tx, token, made, now=now, expires_at=now + timedelta(days=days))
    return f"/desk/{token}"


def mails(scene: Scene) -> list[tuple[str, str, int | None]]:
    """Give kind, role and recipient of every mail that was queued."""
    query = select(outbox.c.kind, outbox.c.role, outbox.c.recipient).order_by(outbox.c.id)
    with scene.store.read() as tx:
        return [tuple(row) for row in tx.connection.execute(query)]
