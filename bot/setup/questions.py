"""The questions that `setup` asks, one at a time, each with why it asks."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bot.checks.rights import GRANTS


@dataclass(frozen=True)
class Question:
    """A question: what it is called in errors, what stands before the answer, and why it is asked.

    `needed`: there is no network without an answer. Others can be left for later.
    """

    name: str
    prompt: str
    why: str
    needed: bool = True


@enum.unique
class Ask(enum.Enum):
    """Every question, in the order in which they come."""

    WIKI = Question(
        "the wiki",
        "Wiki",
        "On which wiki do people ask for support? Write it like meta:meta or wikipedia:de, or give "
        "the address of the wiki's api.php.",
    )
    ACCOUNT = Question(
        "the account",
        "Account",
        "The bot works with an account of its own, and with a bot password that can do little "
        "else. Logged in as the bot, open Special:BotPasswords, make one called peer-support, and "
        "tick these five and no others: "
        f"{'; '.join(GRANTS.values())}. “Basic rights” is ticked already. Write the account as the "
        "wiki shows it then, like PeerSupportBot@peer-support.",
    )
    SUFFIX = Question(
        "the name of the bot password",
        "Name of the bot password",
        "One account can have several bot passwords: this one's name is what stands after the @ "
        "where the wiki shows it.",
    )
    PASSWORD = Question(
        "the bot password",
        "Bot password",
        "The wiki shows it once, when it is made. What you type is not shown, "
        "now or later; it is kept in one file that nobody else can read, or not at all.",
    )
    COORDINATORS = Question(
        "the coordinators",
        "Coordinators",
        "Who runs the programme? They hear by Wikimail of requests that find nobody, and see "
        "numbers, never stories. Write the names of their accounts, with commas between them.",
    )
    INTAKE = Question(
        "the intake page",
        "Intake page",
        "Where sealed requests are put. “Project:” is right on every wiki, whatever it is called "
        "there.",
    )
    LANDING = Question("the landing page", "Landing page", "What people read first.")
    SHUTOFF = Question(
        "the shut-off page",
        "Shut-off page",
        "Anything written on this page stops the bot, so that everybody on the wiki can.",
    )
    OPERATOR = Question(
        "who runs it",
        "Who runs it",
        "This stands in every mail and at the desk, as people may know it: a group or a person. "
        "It can wait until others than you use the network.",
        needed=False,
    )
    PRIVACY_CONTACT = Question(
        "the privacy contact",
        "Privacy contact",
        "Where people can ask what is kept of them: a mail address or a page.",
        needed=False,
    )
    HOSTING_PERMISSION = Question(
        "the permission",
        "Who allowed it",
        "Who allowed personal data on this host, and where that can be read. On Toolforge, its "
        "admins have to, in writing; docs/hosting.md says what to tell them.",
        needed=False,
    )
    DATABASE = Question(
        "the database",
        "Database",
        "Where cases are kept, sealed. A file on this machine will do; on Toolforge it is a "
        "database of ToolsDB.",
    )
    DESK = Question(
        "the desk's address",
        "Address of the desk",
        "The desk is the private room: supporters answer there, and every mail leads to it. Give "
        "the address that people reach it by. It has to be https, but on a trial.",
    )
    MAIL_TO = Question(
        "who gets the trial mail",
        "Send it to",
        "A mail through the wiki can be tried now, so that somebody sees it arrive. Name an "
        "account, or press Enter to send none.",
        needed=False,
    )
