"""User names as MediaWiki writes them."""

import ipaddress
import json
import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

MOST_BYTES: Final = 255

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

# MediaWiki drops the first six by itself; the others come along when a name is copied from a page.
_INVISIBLE: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\u200b\ufeff]")
_SPACES: Final = re.compile(
    "[ _\t\r\n\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+"
)
_NEVER: Final = re.compile(
    r"[\x00-\x1f\x7f#<>\[\]|{}/\ufffd\ud800-\udfff]"  # no page title can hold these
    "|[\u0080-\u009f\u200c\u200d\ue000-\uf8ff]"  # no user name can, in any script
    r"|%[0-9A-Fa-f]{2}|&[^\W_]+;|&#|~~~"  # would be read as something else in a title
)
_LIKE_IPV4: Final = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.(?:xxx|\d{1,3})", re.ASCII)


@cache
def _namespaces() -> frozenset[str]:
    """Give what MediaWiki 1.43 calls the two namespaces in each of its languages, and two wikis."""
    text = (files("bot.request") / "user_namespaces.json").read_text(encoding="utf-8")
    return frozenset(json.loads(text))


def normalise(name: str) -> str | None:
    """Bring a name as people type it to the form of the wiki; None when no account can have it."""
    name = _tidy(name)
    if not name or _NEVER.search(name) or is_address(name) or name in {".", ".."}:
        return None
    name = _first_letter_up(name)
    return name if len(name.encode("utf-8", "surrogatepass")) <= MOST_BYTES else None


def is_address(name: str) -> bool:
    """Tell whether a text is, or looks like, an IP address: those are no accounts."""
    name = _tidy(name)
    if _LIKE_IPV4.fullmatch(name):
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
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def _first_letter_up(name: str) -> str:
    """As MediaWiki does it: title case, and only where it is one letter (so `ß` stays)."""
    first = name[0].title()
    return first + name[1:] if len(first) == 1 else name
