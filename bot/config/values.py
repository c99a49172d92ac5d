"""The kinds of value a configuration can hold, each saying kindly what is wrong and the mend."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, PlainSerializer
from pydantic_core import PydanticCustomError

from bot.languages import known_code, meant_code

_IDENTIFIER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_NOT_IN_TITLES = re.compile(r"[#<>\[\]|{}\x00-\x1f\x7f�]")
_NOT_IN_LINES = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_LONGEST_TITLE = 255  # bytes of UTF-8, as in MediaWiki


def wrong(what: str, mend: str) -> PydanticCustomError:
    """Make the error of a validator: what is wrong, and how to mend it."""
    # A literal type, since pydantic takes no other; the texts travel in the context.
    return PydanticCustomError("told", "{what}", {"what": what, "mend": mend})


def _whole(least: int, most: int) -> Callable[[int], int]:
    def check(number: int) -> int:
        if least <= number <= most:
            return number
        side = "small" if number < least else "large"
        what = f"{str(number)[:20]} is too {side} here."
        raise wrong(what, f"Write a whole number from {least} to {most}.")

    return check


def Whole(least: int, most: int) -> Any:  # noqa: N802 (stands where a type stands)
    """Describe a whole number between two bounds, both included."""
    return AfterValidator(_whole(least, most))


def _line(longest: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        text = text.strip()
        if not text:
            raise wrong("There is no text here.", "Write something, or leave this setting out.")
        if _NOT_IN_LINES.search(text):
            raise wrong("This text has a line break in it.", "Write it in one line.")
        if len(text) > longest:
            what = f"This text has {len(text)} characters, which is too long to be shown."
            raise wrong(what, f"Shorten it to at most {longest}.")
        return text

    return check


def _language(code: str) -> str:
    if known := known_code(code):
        return known
    near = meant_code(code)
    mend = "Write it as MediaWiki does, in lower case: de, pt-br, zh-hans."
    raise wrong(
        "This is not a known language code.",  # without it: a secret can stand in a wrong place
        f"Did you mean {near}? {mend}" if near else mend,
    )


def _identifier(text: str) -> str:
    if _IDENTIFIER.fullmatch(text):
        return text
    raise wrong(
        "This cannot serve as an id.",
        "Use small letters a-z, digits and hyphens, at most 40, such as where-to-report.",
    )


def _labels(labels: Mapping[str, str]) -> Mapping[str, str]:
    if not labels:
        raise wrong("There is no label here.", "Write at least an English one: {en: …}.")
    if "en" not in labels:
        raise wrong(
            "The English label is missing; it is what readers of other languages get.",
            "Add a label for en.",
        )
    return MappingProxyType(dict(labels))


def _title(text: str) -> str:
    title = " ".join(text.replace("_", " ").split())
    if not title or title.startswith(":") or title.endswith(":") or _NOT_IN_TITLES.search(title):
        raise wrong(
            "This is not the title of a wiki page.",
            'Write the full title without brackets, such as "Project:Peer support/Intake".',
        )
    if len(title.encode()) > _LONGEST_TITLE:
        raise wrong("This title is longer than MediaWiki allows.", "Choose a shorter one.")
    return title


def _user(text: str) -> str:
    name = " ".join(text.replace("_", " ").split())
    if name.lower().startswith("user:"):
        raise wrong(
            "The name of the account is expected, without its namespace.", 'Leave out "User:".'
        )
    if not name or re.search(r"[/@:]", name) or _NOT_IN_TITLES.search(name) or _is_ip(name):
        raise wrong(
            "This cannot be the name of an account.",
            "Write the account's name as its user page shows it.",
        )
    if len(name.encode()) > _LONGEST_TITLE:
        raise wrong("This name is longer than MediaWiki allows.", "Check it on the wiki.")
    first = name[0].upper()
    return first + name[1:] if len(first) == 1 else name


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _url(text: str) -> str:
    """Refuse whatever is no web address; also http beyond this machine, and passwords."""
    mend = "Write a whole address, such as https://peer-support.toolforge.org."
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"} or re.search(r"[\s<>\"\\]", text):
        raise wrong("This is not the address of a web page.", mend)
    if parts.username is not None or parts.password is not None:
        raise wrong("There is a user name or a password in this address.", "Leave it out.")
    if parts.scheme == "http" and not _is_this_machine(host):
        raise wrong(
            "Over http, others on the way could read what people write.",
            "Use https; http is for this machine alone, such as http://127.0.0.1:8300.",
        )
    return text


def _desk_url(text: str) -> str:
    text = _url(text)
    parts = urlsplit(text)
    if parts.query or parts.fragment:
        raise wrong(
            "Something follows the desk's address, after a ? or a #.", "Leave that part out."
        )
    if parts.path.strip("/"):
        # Its redirects, forms and cookie are of the root: a path would be dropped on the way.
        raise wrong(
            f"The desk cannot be under a path, such as {parts.path.rstrip('/')} here: its links "
            "would lead out of it, with what they hold.",
            "Give the desk an address of its own, such as https://peer-support.example.org: a "
            "subdomain, or a port of its own.",
        )
    return text.rstrip("/")


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _mail(text: str) -> str:
    if _MAIL.fullmatch(text):
        return text
    raise wrong("This is not a mail address.", "Write it like somebody@example.org.")


Line = Annotated[str, AfterValidator(_line(300))]
Language = Annotated[str, AfterValidator(_language)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Labels = Annotated[
    Mapping[Language, Line],
    AfterValidator(_labels),
    PlainSerializer(dict),
]
WikiTitle = Annotated[str, AfterValidator(_title)]
UserName = Annotated[str, AfterValidator(_user)]
Url = Annotated[str, AfterValidator(_url)]
DeskUrl = Annotated[str, AfterValidator(_desk_url)]
MailAddress = Annotated[str, AfterValidator(_mail)]
