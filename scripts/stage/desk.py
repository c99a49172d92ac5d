"""Visiting the desk without a browser: a page read, a button pressed."""

from __future__ import annotations

import html
import re

import requests

SECONDS = 20
_FORM = re.compile(r'name="form" value="([^"]+)"')
_BUTTON = re.compile(r'<button name="do" value="([^"]+)"')


class Visitor:
    """Somebody with a link, and a browser's cookies."""

    def __init__(self, link: str) -> None:
        self.link = link
        self._session = requests.Session()
        self.status = 0
        self.text = ""
        self.look()

    def look(self) -> Visitor:
        """Open the link."""
        return self._read(self._session.get(self.link, timeout=SECONDS))

    def press(self, do: str) -> Visitor:
        """Press a button that is on the page."""
        if do not in self.buttons:
            message = f"there is no button {do!r}, only {self.buttons}"
            raise AssertionError(message)
        form = _FORM.search(self.text)
        data = {"do": do, "form": "" if form is None else html.unescape(form[1])}
        return self._read(self._session.post(self.link, data=data, timeout=SECONDS))

    @property
    def buttons(self) -> list[str]:
        """The buttons of the page."""
        return _BUTTON.findall(self.text)

    def _read(self, answer: requests.Response) -> Visitor:
        self.status = answer.status_code
        self.text = answer.text
        return self
