"""A bot password as Special:BotPasswords shows it, in whatever piece somebody pastes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.problems import InputError, Problem
from bot.setup.judging import account_name

# MediaWiki's `BotPassword` makes 32 characters of these, and takes no others.
_SECRET = re.compile(r"(?<![0-9A-Za-z])[0-9a-w]{32,}(?![0-9A-Za-z])")
_SENTENCE = re.compile(r"log in with\s+(?P<name>[^@]+@\S+)\s+is\b")
_AROUND = " \t\r\n:;,=\"'“”()<>"
_LONGEST_SUFFIX = 32


@dataclass(frozen=True)
class LogIn:
    """What was found of a log-in; an empty part was not in it."""

    name: str = ""
    suffix: str = ""
    password: str = field(default="", repr=False)


def find(text: str, place: str) -> LogIn:
    """Find account, the name of the bot password, and the password itself in a text.

    `Bot@suffix`, `suffix@secret`, `Bot@suffix  secret`, and the sentence that the wiki shows.
    """
    said = _SECRET.findall(text)
    rest = _SECRET.sub("\n", text)
    if (sentence := _SENTENCE.search(rest)) is not None:
        rest = sentence["name"]
    rest = rest.partition("\n")[0].strip(_AROUND)
    before, at, after = rest.rpartition("@")
    name, suffix = (before, after) if at else (rest, "")
    if at and not after and said:  # `suffix@secret`, for programs that know one field alone
        name, suffix = "", before
    name, suffix = name.strip(_AROUND), suffix.strip(_AROUND)
    if len(suffix) > _LONGEST_SUFFIX or "@" in name:
        what = "This is not the name of a bot password."
        mend = "Write it as Special:BotPasswords shows it, like PeerSupportBot@peer-support."
        raise InputError([Problem(place, what, mend)])
    return LogIn(
        name=account_name(name, place) if name else "",
        suffix=suffix,
        password=said[0] if said else "",
    )


def password(text: str, place: str) -> LogIn:
    """Find the password, which has to be one that Special:BotPasswords has made."""
    found = find(text, place) if _SECRET.search(text) else LogIn()
    if not found.password:
        raise InputError(
            [
                Problem(
                    place,
                    "This is not a bot password: those have 32 small letters and digits.",
                    "Make one on Special:BotPasswords, and paste what it shows. The account's own "
                    "password could do far too much.",
                )
            ]
        )
    return found


def together(asked: LogIn, pasted: LogIn, place: str) -> LogIn:
    """Put what was said of the account and what was pasted as its password into one."""
    if pasted.name and asked.name and pasted.name != asked.name:
        what = "What was pasted belongs to another account than the one that was named."
        raise InputError([Problem(place, what, "Name the account that the password is of.")])
    return LogIn(
        name=asked.name or pasted.name,
        suffix=pasted.suffix or asked.suffix,
        password=pasted.password or asked.password,
    )
