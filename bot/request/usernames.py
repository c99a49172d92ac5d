"""User names as MediaWiki writes them."""

import ipaddress
import json
import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

from bot.request.limits import (
    INVISIBLE,
    LIKE_AN_ADDRESS,
    NEVER_IN_A_NAME,
    SPACES,
    USER_NAME_BYTES,
)

# The user namespaces, their talk pages and the contributions page, as people copy them from a link.
USER_PREFIXES: Final = (
    "user",
    "user talk",
    "special:contributions/",
    "benutzer",
    "benutzerin",
    "benutzer diskussion",
    "benutzerin diskussion",
    "spezial:beiträge/",
    "utilisateur",
    "utilisatrice",
    "discussion utilisateur",
    "discussion utilisatrice",
    "spécial:contributions/",
    "usuario",
    "usuaria",
    "usuario discusión",
    "usuaria discusión",
    "especial:contribuciones/",
    "مستخدم",
    "مستخدمة",
    "نقاش المستخدم",
    "نقاش المستخدمة",
    "خاص:مساهمات/",
)
_PREFIX: Final = re.compile(
    # A link may name the wiki first: `w:de:User:Example`.
    r":?(?:[a-z][a-z-]{0,11}:){0,2}(?:"
    + "|".join(
        re.escape(prefix).replace(r"\ ", " ") + ("" if prefix.endswith("/") else " ?: ?")
        for prefix in USER_PREFIXES
    )
    + ")",
    re.IGNORECASE,
)

_LONGEST_NAMESPACE: Final = 80
_OTHER_WIKI: Final = re.compile(r"[a-z-]{0,12}")
_MOST_COLONS: Final = 4

# MediaWiki drops these of the invisible marks by itself.
_DROPPED: Final = re.compile("[\u200e\u200f\u202a-\u202e]")


@cache
def _namespaces() -> frozenset[str]:
    """Give what MediaWiki 1.43 calls the two namespaces in each of its languages, and two wikis."""
    text = (files("bot.request") / "user_namespaces.json").read_text(encoding="utf-8")
    return frozenset(json.loads(text))


def normalise(name: str) -> str | None:
    """Bring a name as people type it to the form of the wiki; None when no account can have it."""
    return _as_title(_tidy(name))


def as_typed(name: str) -> str | None:
    """Bring a name to the form of the wiki as `normalise` does, and leave out nothing of it.

    A few old accounts begin with an `@`, and any can hold a mark that the eye does not see.
    """
    name = unicodedata.normalize("NFC", name)
    return _as_title(SPACES.sub(" ", _DROPPED.sub("", name)).strip())


def _as_title(name: str) -> str | None:
    if not name or NEVER_IN_A_NAME.search(name) or is_address(name):
        return None
    name = _first_letter_up(name)
    return name if len(name.encode("utf-8", "surrogatepass")) <= USER_NAME_BYTES else None


def is_address(name: str) -> bool:
    """Tell whether a text is, or looks like, an IP address: those are no accounts."""
    name = _tidy(name)
    if LIKE_AN_ADDRESS.search(name):
        return True
    try:
        ipaddress.ip_network(name, strict=False)
    except ValueError:
        return False
    # A bare number is an address to Python, and a name to the wiki.
    return "." in name or ":" in name


def is_user_page(title: str) -> bool:
    """Tell whether the title of a link leads to somebody's user page, talk page or edits."""
    return user_of_page(title) is not None


def user_of_page(title: str) -> str | None:
    """Give the raw name in the title of a user's page, of one below it, or of the list of edits."""
    title = _spaces(title)
    found = _PREFIX.match(title)
    if found is not None and found[0].endswith("/"):
        return title[found.end() :]
    end = found.end() if found is not None else _namespace_end(title)
    return title[end:].partition("/")[0] if end else None


def _tidy(name: str) -> str:
    typed = _spaces(unicodedata.normalize("NFC", name))
    name = _PREFIX.sub("", typed, count=1)
    if name == typed:
        name = name[_namespace_end(name) :]
    name = name.lstrip("@ ")
    # A colon leads a link past the namespaces; two begin an address.
    return name if name.startswith("::") else name.lstrip(": ")


def _namespace_end(title: str) -> int:
    """Say where a user namespace of any language ends that a title begins with; 0 for none."""
    start = 0
    for _ in range(_MOST_COLONS):
        colon = title.find(":", start, start + _LONGEST_NAMESPACE)
        if colon < 0:
            break
        word = title[start:colon].strip(" @").casefold()
        if word in _namespaces():
            return colon + 1
        if not _OTHER_WIKI.fullmatch(word):
            break
        start = colon + 1
    return 0


def _spaces(text: str) -> str:
    return SPACES.sub(" ", INVISIBLE.sub("", text)).strip()


def _first_letter_up(name: str) -> str:
    """As MediaWiki does it: title case, and only where it is one letter (so `ß` stays)."""
    first = name[0].title()
    return first + name[1:] if len(first) == 1 else name
