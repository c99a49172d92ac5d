"""A new link to a private page: every older one to it opens nothing any more."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask.typing import ResponseReturnValue

from bot.casework.effects import Door, Mail, MailKind, Role
from bot.desk.account_doors import AccountVisit
from bot.desk.context import page, the_desk
from bot.desk.doors import Visit, close_session
from bot.store import accounts, links, outbox
from bot.store.keyring import token_digest
from bot.store.store import Tx


@dataclass(frozen=True)
class NewLink:
    """The door and token of a link that was just made."""

    door: Door
    token: str = field(repr=False)

    def shown(self, reader: str) -> ResponseReturnValue:
        """Show the link, this once, at the address of the dead one."""
        link = f"{the_desk().config.desk.url}/{self.door.value}/{self.token}"
        return page("new_link.html", reader, link=link)


def for_requester(tx: Tx, here: Visit) -> NewLink:
    """Make one to the requester's page; it is shown, so that it works without mail, too."""
    now, token = the_desk().clock(), tx.keyring.new_token()
    links.end(tx, here.stored.id, Door.STATUS, now)
    links.put(
        tx,
        token_digest(token),
        Door.STATUS,
        here.stored.id,
        supporter=None,
        now=now,
        expires_at=None,
    )
    close_session(here)
    return NewLink(Door.STATUS, token)


def for_supporter(tx: Tx, here: Visit, supporter: int) -> None:
    """Let one to a case go to the account by Wikimail, as each does: no browser proves one."""
    now = the_desk().clock()
    links.end(tx, here.stored.id, Door.CASE, now, supporter)
    outbox.put(tx, here.stored.id, Mail(MailKind.CASE_LINK, Role.SUPPORTER, supporter), now)
    close_session(here)


def for_account(tx: Tx, here: AccountVisit) -> NewLink:
    """Make one to an account's own page, which lives no longer than the one it comes for."""
    now, link, token = the_desk().clock(), here.link, tx.keyring.new_token()
    until = accounts.end_links(tx, link.door, link.account)
    accounts.put_link(tx, token, link, now=now, expires_at=until or now)
    close_session(here)
    return NewLink(link.door, token)
