"""The user names that the gadget's tests read too: what the form takes is what the bot keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.request import limits
from bot.request.payload import read_payload
from bot.request.request import Published, Request
from bot.request.usernames import is_address, normalise

ROOT = Path(__file__).parents[3]
VECTORS: dict[str, list[dict[str, str]]] = json.loads(
    (ROOT / "tests" / "vectors" / "user-names.json").read_text(encoding="utf-8")
)


def _avoid(names: list[str]) -> Any:
    published = Published(
        channels=("desk",), topics=(), backgrounds=(), message_characters=1000, plain_requests=False
    )
    payload = {
        "type": "request",
        "ref": "K7QF9M2D",
        "locale": "en",
        "languages": ["en"],
        "topics": [],
        "channels": ["desk"],
        "contact": {},
        "message": "",
        "avoid": names,
        "prefer": [],
        "words": ["amber", "tiger", "window"],
        "status_token": "q83vASNFZ4mrze8BI0VniQ",
        "notify": True,
    }
    return read_payload(json.dumps(payload).encode(), published)


@pytest.mark.parametrize("one", VECTORS["names"], ids=lambda one: ascii(one["typed"])[:40])
def test_what_the_form_takes_is_kept(one: dict[str, str]) -> None:
    """No name that the form accepts makes a request that cannot be read, or becomes another's."""
    request = _avoid([one["name"]])
    assert isinstance(request, Request)
    assert request.avoid == (one["name"],)
    typed = one["typed"].removeprefix("[[").partition("|")[0]
    assert normalise(typed.partition("/Archive")[0]) == normalise(one["name"])


@pytest.mark.parametrize("one", VECTORS["refused"], ids=lambda one: ascii(one["typed"])[:40])
def test_what_the_form_refuses_is_no_name(one: dict[str, str]) -> None:
    """What the form asks about is no account's name to the bot either."""
    assert normalise(one["typed"]) is None
    assert is_address(one["typed"]) is (one["problem"] == "name-address")


def test_the_gadget_reads_the_same_files() -> None:
    """Neither side has the bounds and the rules of names a second time."""
    source = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "gadget" / "src").rglob("*.js")
    )
    for name in ("limits", "user_name_rules"):
        assert f"bot/request/{name}.json" in source
    assert limits.MESSAGE_BYTES < limits.PLAINTEXT_BYTES
    assert str(limits.MESSAGE_BYTES) not in source.replace("30000", "")
    assert str(limits.PLAINTEXT_BYTES) not in source
