"""Who lives on the sandbox wiki, and how programs log in as them."""

import secrets
from dataclasses import dataclass
from typing import Any

BOT = "PeerSupportBot"
INTERFACE_ADMINISTRATOR = "Iface"
BOT_PASSWORD = "worker"  # noqa: S105 - its label, not the secret
# What the bot needs and nothing else; on Wikimedia's wikis its operator ticks the same.
BOT_GRANTS = (
    "basic",
    "sendemail",
    "editpage",
    "createeditmovepage",  # for the first save of a page
    "editmyoptions",  # carries `editmyuserjson`, for the bot's own JSON page
    "highvolume",  # carries `noratelimit`
)
# MediaWiki takes a log-in for one with a bot password only if the secret looks like this.
BASE_32 = "0123456789abcdefghijklmnopqrstuv"
LENGTH = 32


@dataclass(frozen=True)
class Person:
    """An account: what it may do, and whether its e-mail address is confirmed."""

    groups: tuple[str, ...] = ()
    mail_confirmed: bool = True


PEOPLE = {
    "Admin": Person(groups=("sysop", "bureaucrat")),
    INTERFACE_ADMINISTRATOR: Person(groups=("interface-admin", "sysop")),
    BOT: Person(groups=("bot",)),
    "Coral": Person(),  # coordinator
    "Rosa": Person(),  # requesters
    "Ravi": Person(),
    "Rim": Person(),
    "Salma": Person(),  # supporters
    "Sven": Person(),
    "Sofie": Person(),
    "Samir": Person(),
    "Newcomer": Person(mail_confirmed=False),
}


def new_secret() -> str:
    """Draw the secret of a bot password."""
    return "".join(secrets.choice(BASE_32) for _ in range(LENGTH))


def password(name: str) -> str:
    """Tell the password of an account: easy to type, for a wiki that only this machine sees."""
    return f"sandbox-of-{name}"


def mail(name: str) -> str:
    """Tell the e-mail address of an account."""
    return f"{name.lower()}@mail.example"


def as_wanted(name: str, bot_secret: str) -> dict[str, Any]:
    """Describe an account to CreateAccounts.php."""
    bot_passwords = {BOT_PASSWORD: {"secret": bot_secret, "grants": BOT_GRANTS}}
    return {
        "password": password(name),
        "mail": mail(name),
        "mail_confirmed": PEOPLE[name].mail_confirmed,
        "groups": PEOPLE[name].groups,
        "bot_passwords": bot_passwords if name == BOT else {},
    }
