"""A wiki that answers from a script, at the level of HTTP, and is loud about anything else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import requests

from bot.wiki.session import Wiki

Answer = requests.Response | Exception


class _Site:
    """As much of a Pywikibot site as a session asks for."""

    def username(self) -> str:
        return "PeerSupportBot"


class ScriptedWiki(Wiki):
    """Plays answers in their order; a call too many, or of another action, fails the test."""

    def __init__(self, *script: tuple[str, Answer]) -> None:
        super().__init__(_Site(), lambda: datetime(2026, 11, 1, tzinfo=UTC))
        self.script = list(script)
        self.calls: list[dict[str, str]] = []

    def _send(self, data: dict[str, str], *, post: bool) -> requests.Response:
        self.calls.append(data)
        if not self.script:
            message = f"nobody expected {data['action']}"
            raise AssertionError(message)
        action, answer = self.script.pop(0)
        assert data["action"] == action
        assert post == (action == "emailuser")
        if isinstance(answer, Exception):
            raise answer
        return answer


def answer(
    body: Mapping[str, Any] | str, status: int = 200, headers: Mapping[str, str] | None = None
) -> requests.Response:
    """Make an HTTP answer."""
    response = requests.Response()
    response.status_code = status
    response.encoding = "utf-8"
    text = body if isinstance(body, str) else json.dumps(body)
    response._content = text.encode()
    response.headers.update(headers or {})
    return response


def error(code: str, **more: Any) -> requests.Response:
    """Make the API's answer to what it refuses, as `errorformat=plaintext` gives it."""
    return answer({"errors": [{"code": code, "text": "something with MARKER in it"}]}, **more)


TOKEN = ("query", answer({"query": {"tokens": {"csrftoken": "t+\\"}}}))
