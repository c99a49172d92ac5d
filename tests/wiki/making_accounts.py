"""Accounts that one test needs, beside those that every sandbox has."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sandbox_wiki import building, layout
from stage.sandbox import Sandbox


def mail_of(name: str) -> str:
    """Give an address as the sandbox's own accounts have it."""
    return f"{name.lower()}@mail.example".replace(" ", "")


def make_accounts(sandbox: Sandbox, mails: Mapping[str, str]) -> dict[str, dict[str, object]]:
    """Make accounts, each with its confirmed address, as the sandbox describes its own."""
    wanted = {
        name: {
            "password": f"sandbox-of-{number}",
            "mail": mail,
            "mail_confirmed": True,
            "groups": [],
            "bot_passwords": {},
        }
        for number, (name, mail) in enumerate(mails.items())
    }
    script = str(building.TEMPLATES / "CreateAccounts.php")
    answer = building.maintain(layout.Sandbox(sandbox.port), script, stdin=json.dumps(wanted))
    ids = json.loads(answer.splitlines()[-1])
    return {name: about | {"id": ids[name]} for name, about in wanted.items()}
