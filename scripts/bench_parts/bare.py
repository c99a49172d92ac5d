"""The floor: one session that posts mails and does nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice
from typing import Any

import requests

from stage.sandbox import SECONDS, Sandbox


class BarePosts:
    """The bot's account, logged in, with a token at hand."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._api = str(sandbox.facts["api"])
        self._session = requests.Session()
        bot = sandbox.facts["bot"]
        token = self._post(action="query", meta="tokens", type="login")["query"]["tokens"]
        answer = self._post(
            action="login",
            lgname=f"{bot['name']}@{bot['botpassword_name']}",
            lgpassword=bot["botpassword_secret"],
            lgtoken=token["logintoken"],
        )
        if answer["login"]["result"] != "Success":
            message = "the sandbox does not let the bot in"
            raise RuntimeError(message)
        self._token = self._post(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]

    def send(self, number: int, names: Sequence[str], text: str) -> None:
        """Post so many mails, to these accounts in turn."""
        for place, name in enumerate(islice(cycle(names), number)):
            answer = self._post(
                action="emailuser",
                target=name,
                subject=f"[{place:04}-{number:04}] Peer support network: would you like to help?",
                text=text,
                token=self._token,
            )
            if answer.get("emailuser", {}).get("result") != "Success":
                message = f"a bare mail did not go: {answer}"
                raise RuntimeError(message)

    def _post(self, **parameters: Any) -> dict[str, Any]:
        parameters |= {"format": "json", "formatversion": 2}
        answer = self._session.post(self._api, data=parameters, timeout=SECONDS)
        given: dict[str, Any] = answer.json()
        return given
