"""What people answer, understood as generously as they type it; or what is wrong, with the mend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.config import explain, read
from bot.config.values import DeskUrl, Line, UserName, WikiTitle
from bot.problems import InputError, Problem
from bot.request import usernames
from bot.yaml_changes import amend

_LISTED = re.compile(r"[,;\n]")
_LINK = re.compile(r"\[\[\s*([^\]|]*)(?:\|[^\]]*)?\]\]")
_FILE = re.compile(r"[^\s:]+\.(?:db|sqlite3?)|[^\s:]*/[^\s:]+")


def line(text: str, place: str) -> str:
    """Take a line of text for people."""
    return str(_valid(Line, text, place))


def page(text: str, place: str) -> str:
    """Take the title of a page, also as a link."""
    return str(_valid(WikiTitle, _LINK.sub(r"\1", text).strip(), place))


def names(text: str, place: str) -> tuple[str, ...]:
    """Take names of accounts, however they are separated, linked or prefixed; each once."""
    found: dict[str, None] = {}
    problems: list[Problem] = []
    plain = _LINK.sub(lambda link: f" {link[1]} ", text)
    for one in (part.strip() for part in _LISTED.split(plain)):
        if not one:
            continue
        try:
            found[account_name(one, place)] = None
        except InputError as error:
            problems += error.problems
    if not problems and not found:
        what, mend = "Nobody is named.", "Write names of accounts, with a comma between them."
        problems.append(Problem(place, what, mend))
    if problems:
        raise InputError(problems)
    return tuple(found)


def account_name(text: str, place: str) -> str:
    """Take the name of one account, with or without its namespace in any language."""
    name = usernames.normalise(text)
    if name is None:
        what = "This cannot be the name of an account."
        raise InputError([Problem(place, what, "Write it as the account's user page shows it.")])
    return str(_valid(UserName, name, place))


def database(text: str, place: str, file: Path, environ: Mapping[str, str]) -> str:
    """Take the address of a database, or the path of a file; judged as the configuration is."""
    text = text.strip()
    if "://" not in text and _FILE.fullmatch(text):
        text = f"sqlite:///{text}"
    try:
        secret = make_url(text).password is not None
    except (ArgumentError, ValueError):
        secret = False
    if secret:
        raise InputError(
            [
                Problem(
                    place,
                    "There is a password in this address, and it stands on the screen now.",
                    "Set PEER_SUPPORT_DATABASE to the whole address before you run setup, and "
                    "leave it out here.",
                )
            ]
        )
    try:
        address_of(text, file, environ)
    except InputError as error:
        raise InputError(Problem(place, one.what, one.mend) for one in error.problems) from None
    return text


def address_of(database: str, file: Path, environ: Mapping[str, str]) -> str:
    """Give the whole address of a database as this configuration file would: never to be shown."""
    least = "wiki: {intake: X}\ncoordinators: [X]\n"
    return read(amend(least, str(file), {("database",): database}), file, environ).database_url


def desk(text: str, place: str) -> str:
    """Take the desk's address: the name of a host does, and what follows it is left out."""
    text = text.strip().strip("<>")
    if "://" not in text:
        text = f"{'http' if _is_here(text) else 'https'}://{text}"
    try:
        parts = urlsplit(text)
        bare = parts._replace(path="", query="", fragment="").geturl()
    except ValueError:
        bare = text
    return str(_valid(DeskUrl, bare, place))


def wiki(text: str, place: str, families: Iterable[str]) -> str:
    """Take a wiki by Pywikibot's name, by its host, or by the address of any page or its api.php.

    `families` are those that Pywikibot knows.
    """
    known = frozenset(families)
    text = text.strip().strip("<>")
    if "/" in text or "." in text or _is_here(text):
        return _of_address(text, place, known)
    first, _, second = text.casefold().replace(" ", "").partition(":")
    if second and first not in known and second in known:
        first, second = second, first
    if first not in known and not second and first.endswith("wiki"):
        stem = first.removesuffix("wiki")  # as databases are called: metawiki, dewiki
        first, second = (stem, stem) if stem in known else ("wikipedia", stem.replace("_", "-"))
    if first in known and re.fullmatch(r"[a-z0-9-]*", second):
        return f"{first}:{second or first}"
    near = get_close_matches(first, known, n=1)
    mend = f"Did you mean {near[0]}? " if near else ""
    raise InputError(
        [
            Problem(
                place,
                "Pywikibot knows no family of wikis with this name.",
                f"{mend}Write it like wikipedia:de or meta:meta, or give the address of the "
                "wiki's api.php.",
            )
        ]
    )


def _of_address(text: str, place: str, families: frozenset[str]) -> str:
    if "://" not in text:
        text = f"{'http' if _is_here(text) else 'https'}://{text}"
    try:
        parts = urlsplit(text)
        host, _ = (parts.hostname or "").casefold(), parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in {"http", "https"} or re.search(r"[\s<>\"\\]", text):
        what = "This is not the address of a wiki."
        raise InputError([Problem(place, what, _API)])
    if parts.username is not None or parts.password is not None:
        what = "There is a user name or a password in this address."
        raise InputError([Problem(place, what, "Leave it out: the account is asked for next.")])
    if parts.scheme == "http" and not _is_here(parts.netloc):
        what = "Over http, others on the way could read the password and every request."
        raise InputError([Problem(place, what, "Write https. Without it a wiki is no safe place.")])
    if name := _by_host(host, families):
        return name
    path = parts.path.rstrip("/")
    if path.endswith("/index.php"):
        path = path.removesuffix("index.php") + "api.php"
    elif path == "" or path.startswith("/wiki"):
        path = "/w/api.php"
    elif not path.endswith("/api.php"):
        what = "This address does not say where the wiki's api.php is."
        raise InputError([Problem(place, what, _API)])
    return f"{parts.scheme}://{parts.netloc}{path}"


_API = (
    "Write the address of its api.php, which the wiki's Special:Version shows, such as "
    "https://wiki.example.org/w/api.php."
)


def _by_host(host: str, families: frozenset[str]) -> str | None:
    """Give Pywikibot's name for a wiki of the Wikimedia Foundation's, also for its mobile site."""
    labels = [label for label in host.split(".") if label not in {"m", "www"}]
    match labels:
        case [family, "org"] if family in families:
            return f"{family}:{family}"
        case [family, "wikimedia", "org"] if family in families:
            return f"{family}:{family}"
        case [code, family, "org"] if family in families:
            return f"{family}:{code}"
    return None


def _is_here(text: str) -> bool:
    """Say whether an address without its scheme leads to this very machine."""
    host = re.sub(r":\d+$", "", text.partition("/")[0])
    return host in {"localhost", "[::1]"} or re.fullmatch(r"127(\.\d{1,3}){3}", host) is not None


def _valid(kind: Any, text: str, place: str) -> Any:
    try:
        return TypeAdapter(kind).validate_python(text)
    except ValidationError as error:
        raise InputError(explain.problems(error, kind, lambda _path: place)) from None
