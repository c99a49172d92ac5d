"""What our requests say of themselves: the program, and how to reach whoever runs it. Pure.

Wikimedia's User-Agent policy asks for it; without a way to reach somebody a client may be blocked.
Nothing goes in that is not public already: the privacy contact, which stands on the landing page,
and the bot's user page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution

from bot.version import PACKAGE

_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_ADDRESS = re.compile(r"https?://[^\s()<>\"\\{};]{1,200}", re.ASCII)


def user_agent(contacts: Iterable[str]) -> str:
    """Name the program, its version and the contacts, as `peer-support/0.1.0 (a@b.example)`."""
    said = "; ".join(one for one in contacts if one)
    return f"{PACKAGE}/{_version()}" + (f" ({said})" if said else "")


def contact_in(text: str | None) -> str:
    """Find what a header can carry in words meant for people: a mail address, or a page's."""
    found = _ADDRESS.search(text or "") or _MAIL.search(text or "")
    return found[0] if found else ""


def _version() -> str:
    try:
        return distribution(PACKAGE).version
    except PackageNotFoundError:
        return "unknown"
