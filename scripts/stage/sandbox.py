"""The sandbox's facts, and its accounts as people use them: over the API, with a password."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 30


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox, as `scripts/sandbox up` left it."""

    port: int
    facts: dict[str, Any]

    @property
    def url(self) -> str:
        """The wiki's address."""
        return str(self.facts["url"])

    @property
    def mailbox_url(self) -> str:
        """The address of the mailbox, to read in a browser."""
        return str(self.facts["mailbox_url"])

    @property
    def pywikibot_dir(self) -> Path:
        """The folder of the bot's `user-config.py`."""
        return Path(self.facts["pywikibot_dir"])

    def user_id(self, name: str) -> int:
        """Give the user id of a sandbox account."""
        return int(self.facts["accounts"][name]["id"])

    def password(self, name: str) -> str:
        """Give the password of a sandbox account."""
        return str(self.facts["accounts"][name]["password"])

    def as_account(self, name: str) -> Account:
        """Log an account in."""
        return Account(self, name)

    def maintenance(self, *arguments: str) -> None:
        """Run one of MediaWiki's maintenance scripts."""
        command(("maintenance", "--port", str(self.port), *arguments))


class Account:
    """An account of the sandbox, logged in."""

    def __init__(self, sandbox: Sandbox, name: str) -> None:
        self.name = name
        self._api = str(sandbox.facts["api"])
        self._session = requests.Session()
        token = self._get(action="query", meta="tokens", type="login")["query"]["tokens"]
        answer = self._post(
            action="clientlogin",
            username=name,
            password=sandbox.password(name),
            loginreturnurl=sandbox.url,
            logintoken=token["logintoken"],
        )
        if answer["clientlogin"]["status"] != "PASS":
            message = f"the sandbox does not let {name} in"
            raise RuntimeError(message)

    def call(self, **parameters: Any) -> dict[str, Any]:
        """Post to the API with a token, and give its answer."""
        token = self._get(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]
        answer = self._post(**parameters, token=token)
        if "error" in answer:
            message = f"{self.name}: {parameters['action']}: {answer['error']['code']}"
            raise RuntimeError(message)
        return answer

    def append(self, title: str, text: str, summary: str = "") -> int:
        """Add text to a page and give the new revision's id."""
        answer = self.call(action="edit", title=title, appendtext=text, summary=summary)
        return int(answer["edit"]["newrevid"])

    def save(self, title: str, text: str) -> int:
        """Save a page and give its newest revision's id (0: nothing changed)."""
        answer = self.call(action="edit", title=title, text=text)
        return int(answer["edit"].get("newrevid", 0))

    def cookies(self, url: str) -> list[Any]:
        """Give the cookies of the session, as a browser takes them."""
        return [{"name": one.name, "value": one.value, "url": url} for one in self._session.cookies]

    def show(self, url: str) -> str:
        """Open a page of the wiki, and give its HTML."""
        return self._session.get(url, timeout=SECONDS).text

    def send(self, url: str, form: dict[str, str]) -> None:
        """Send a form of the wiki."""
        self._session.post(url, data=form, timeout=SECONDS).raise_for_status()

    def page(self, title: str) -> dict[str, Any]:
        """Read a page: its text, newest revision and that one's user."""
        pages = self._get(
            action="query",
            titles=title,
            prop="revisions",
            rvprop="ids|content|user|userid|comment",
            rvslots="main",
        )["query"]["pages"]
        page: dict[str, Any] = pages[0]["revisions"][0]
        return page | {"text": page["slots"]["main"]["content"]}

    def get(self, **parameters: Any) -> dict[str, Any]:
        """Ask the API and give its answer."""
        return self._get(**parameters)

    def _get(self, **parameters: Any) -> dict[str, Any]:
        parameters |= {"format": "json", "formatversion": 2}
        answer = self._session.get(self._api, params=parameters, timeout=SECONDS)
        given: dict[str, Any] = answer.json()
        return given

    def _post(self, **parameters: Any) -> dict[str, Any]:
        parameters |= {"format": "json", "formatversion": 2}
        answer = self._session.post(self._api, data=parameters, timeout=SECONDS)
        given: dict[str, Any] = answer.json()
        return given


def command(arguments: tuple[str, ...], *, quiet: bool = True) -> None:
    """Run `scripts/sandbox`."""
    subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "sandbox"), *arguments],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if quiet else None,
    )


def up(port: int, *, fresh: bool, quiet: bool = True) -> Sandbox:
    """Start the sandbox on this port, as new where that is wanted."""
    # To be as new it need not run before, nor stop again.
    command(("reset" if fresh else "up", "--port", str(port)), quiet=quiet)
    facts = ROOT / "var" / "sandbox" / str(port) / "sandbox.json"
    return Sandbox(port, json.loads(facts.read_text(encoding="utf-8")))
