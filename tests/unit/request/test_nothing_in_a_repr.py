"""No traceback, assertion or log line can carry what somebody wrote: no `repr` holds it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

import bot
from bot.request.plain import PlainRequest, read_named, read_plain
from bot.request.request import Published

WRITTEN = frozenset(
    {
        *("avoid", "avoid_names", "avoid_new", "avoid_nobody", "avoided", "contact"),
        *("former_names", "message", "password", "passwords", "prefer", "requester"),
        *("requester_id", "requester_mark", "sealed", "status_token", "token", "unread"),
        *("word", "words"),
    }
)
"""Fields of these names hold what people wrote, or who they are, wherever they occur."""


def classes() -> Iterator[Any]:
    """Yield every dataclass of this project."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if ".migrations." in module.name:
            continue
        for found in vars(importlib.import_module(module.name)).values():
            if not isinstance(found, type) or found.__module__ != module.name:
                continue
            if is_dataclass(found):
                yield found


def test_no_field_of_such_a_name_is_shown() -> None:
    """Whoever adds one hides it, or gives it another name."""
    all_of_them = [(one, field) for one in classes() for field in fields(one)]
    written = [(one, field) for one, field in all_of_them if field.name in WRITTEN]
    assert {field.name for _, field in written} >= {"avoid", "message", "prefer", "word"}
    shown = [
        f"{one.__module__}.{one.__name__}.{field.name}" for one, field in written if field.repr
    ]
    assert shown == []


@pytest.mark.parametrize("field", ["message", "avoid", "prefer"])
def test_what_was_written_by_hand(field: str) -> None:
    """Read from a page, it is in the request and not in its `repr`."""
    published = Published(
        topics=(),
        channels=("desk",),
        backgrounds=("MARKER",),
        message_characters=200,
        plain_requests=True,
    )
    read = read_plain(f"{{{{Peer support request|languages=de|{field}=MARKER}}}}", published)
    assert isinstance(read, PlainRequest)
    assert "MARKER" in str(getattr(read, field))
    assert "MARKER" not in repr(read)


def test_whom_a_text_names() -> None:
    """Neither the names nor what could be none."""
    named = read_named("MARKER\nMARKER@MARKER.org\n[[MARKER>MARKER]]")
    assert named.people > 0
    assert named.unread
    assert "MARKER" not in repr(named)
