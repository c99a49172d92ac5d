"""Visiting the desk without a browser: a page read, a button pressed."""

from __future__ import annotations

import html
import re

import requests

SECONDS = 20
_FORM = re.compile(r"<form.*?</form>", re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_BUTTON = re.compile(r'<button name="do" value="([^"]+)"')
_TICKED = re.compile(r'<input type="checkbox"[^>]*? name="([^"]+)" value="([^"]+)" checked')
_TYPED = re.compile(r'<input id="[^"]+" name="([^"]+)" type="[a-z]+" value="([^"]*)"')
_WRITTEN = re.compile(r'<textarea id="[^"]+"(?: class="words")? name="([^"]+)"[^>]*>\n?([^<]*)<')


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

    def press(self, do: str, **typed: str | list[str]) -> Visitor:
        """Press a button that is on the page, with what was typed or ticked in its form."""
        data = self._form_of(do) | {"do": do} | typed
        return self._read(self._session.post(self.link, data=data, timeout=SECONDS))

    def _form_of(self, do: str) -> dict[str, str | list[str]]:
        """Give what a browser sends with a button: hidden, filled in before, and ticked."""
        # What a form does stands on its button, or, where it asks a question, beside its answers.
        forms = [one for one in _FORM.findall(self.text) if f'name="do" value="{do}"' in one]
        if not forms:
            message = f"there is no button {do!r}, only {self.buttons}"
            raise AssertionError(message)
        form = forms[0]
        data: dict[str, str | list[str]] = {}
        for name, value in _HIDDEN.findall(form) + _TYPED.findall(form) + _WRITTEN.findall(form):
            data[name] = html.unescape(value)
        for name, value in _TICKED.findall(form):
            data[name] = [*data.get(name, []), html.unescape(value)]
        return data

    @property
    def buttons(self) -> list[str]:
        """The buttons of the page."""
        return _BUTTON.findall(self.text)

    def _read(self, answer: requests.Response) -> Visitor:
        self.status = answer.status_code
        self.text = answer.text
        return self
