"""The desk of a fake network: its real pages, behind the links that people were really mailed."""

from __future__ import annotations

from bot.casework.effects import Door
from bot.desk.app import create_app
from tests.fakes.network import FakeNetwork
from tests.unit.desk.conftest import Browser, Page


class FakeDesk:
    """Presses buttons as somebody would, each person in a browser of their own."""

    def __init__(self, fake: FakeNetwork) -> None:
        network = fake.network
        self._fake = fake
        self._app = create_app(network.config, network.store, network.messages, network.clock)
        self._browsers: dict[str, Browser] = {}

    def browser(self, name: str) -> Browser:
        """Give somebody's browser."""
        return self._browsers.setdefault(name, Browser(self._app))

    def path(self, name: str, door: Door) -> str:
        """Give the path of the newest link through a door that somebody was mailed."""
        return f"/{door.value}/{self._fake.tokens(name, door)[-1]}"

    def press(self, name: str, door: Door, *buttons: str, **typed: str) -> str:
        """Press buttons, one after the other, behind somebody's newest link; give what is said.

        A door that is open already needs no `open`.
        """
        text = ""
        for do in buttons:
            if do == "open" and "open" not in self.page(name, door).fields:
                continue
            answer = self.browser(name).press(self.path(name, door), do, **typed)
            assert answer.status in {200, 303}, (do, answer.status)
            text = answer.page.text if answer.status == 200 else ""
        return text

    def page(self, name: str, door: Door) -> Page:
        """Give the page behind somebody's newest link."""
        return self.browser(name).get(self.path(name, door)).page

    def look(self, name: str, door: Door) -> str:
        """Give what stands on the page behind somebody's newest link."""
        return self.page(name, door).text
