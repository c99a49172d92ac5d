"""The mailbox of the sandbox: what people received, real Wikimail every one."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

import requests

SECONDS = 15
_LINK = re.compile(r"https?://\S+/(?:offer|case|status|me|ask|join|desk)/[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Mail:
    """One mail as it arrived."""

    to: str
    sender: str
    subject: str
    text: str

    @property
    def link(self) -> str:
        """The link to the desk in it."""
        found = _LINK.search(self.text)
        if found is None:
            message = f"no link in: {self.subject}"
            raise AssertionError(message)
        return found[0]


class Mailbox:
    """Reads what the mail catcher caught."""

    def __init__(self, url: str) -> None:
        self.url = url

    def everything(self) -> list[Mail]:
        """Give every mail, in the order of their coming."""
        answer = requests.get(f"{self.url}/email", timeout=SECONDS)
        return [_mail(one) for one in answer.json()]

    def to(self, name: str) -> list[Mail]:
        """Give the mails to one account of the sandbox."""
        return [mail for mail in self.everything() if mail.to == f"{name.lower()}@mail.example"]

    def wait_for(self, name: str, subject: str, number: int = 1, seconds: float = SECONDS) -> Mail:
        """Wait until an account has so many mails with this in their subject; give the newest."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = [mail for mail in self.to(name) if subject in mail.subject]
            if len(found) >= number:
                return found[-1]
            time.sleep(0.2)
        message = f"no mail “{subject}” came to {name}"
        raise AssertionError(message)

    def wait_for_link(
        self, name: str, door: str, about: str = "", number: int = 1, seconds: float = SECONDS
    ) -> str:
        """Wait until an account has so many links through a door; give the newest.

        With a reference, only those about that case count.
        """
        links = self._links(door, about, number, seconds, f"{name.lower()}@mail.example")
        return links[-1][1]

    def wait_for_asked(self, ref: str, number: int, seconds: float = SECONDS) -> tuple[str, str]:
        """Wait until so many were asked about a case; give the last one's address and link."""
        return self._links("offer", ref, number, seconds)[-1]

    def _links(
        self, door: str, about: str, number: int, seconds: float, to: str = ""
    ) -> list[tuple[str, str]]:
        shown = f"[{about[:4]}-{about[-4:]}]" if about else ""
        end = time.monotonic() + seconds
        while True:
            found = [
                (mail.to, mail.link)
                for mail in self.everything()
                if mail.to.startswith(to) and shown in mail.subject and f"/{door}/" in mail.text
            ]
            if len(found) >= number:
                return found
            if time.monotonic() > end:
                message = f"{len(found)} mails with a link to {door} came, not {number}"
                raise AssertionError(message)
            time.sleep(0.2)

    def empty(self) -> None:
        """Throw everything away."""
        requests.delete(f"{self.url}/email/all", timeout=SECONDS)


def _mail(one: dict[str, Any]) -> Mail:
    return Mail(
        to=one["to"][0]["address"].lower(),
        sender=one["from"][0]["address"].lower(),
        subject=one["subject"],
        text=one.get("text") or "",
    )
