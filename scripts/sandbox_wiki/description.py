"""What programs are told about a sandbox: sandbox.json, and a folder for Pywikibot."""

import json
from typing import Any

from sandbox_wiki import accounts
from sandbox_wiki.files import write_private
from sandbox_wiki.layout import WIKI_ID, Sandbox
from sandbox_wiki.software import MEDIAWIKI, mediawiki_version

USER_CONFIG = """\
# Written by scripts/sandbox, which writes it again each time it starts.
family = mylang = {wiki_id!r}
family_files[{wiki_id!r}] = {api!r}
usernames[{wiki_id!r}]['*'] = {bot!r}
password_file = 'user-password.py'
# Nobody else is on this wiki to be considerate of.
put_throttle = minthrottle = 0
max_retries = 2
retry_wait = 1
# Pywikibot's log would hold whole requests when they fail: none.
log = []
debug_log = []
console_encoding = 'utf-8'
"""
LOG_INS = """\
({bot!r}, BotPassword({label!r}, {secret!r}))
({administrator!r}, {password!r})
"""


def describe(sandbox: Sandbox, record: dict[str, Any]) -> None:
    """Write everything afresh, since the folder may have moved."""
    sandbox.pywikibot.mkdir(mode=0o700, exist_ok=True)
    write_private(
        sandbox.pywikibot / "user-config.py",
        USER_CONFIG.format(wiki_id=WIKI_ID, api=sandbox.api, bot=accounts.BOT),
    )
    write_private(
        sandbox.pywikibot / "user-password.py",
        LOG_INS.format(
            bot=accounts.BOT,
            label=accounts.BOT_PASSWORD,
            secret=record["bot_secret"],
            administrator=accounts.INTERFACE_ADMINISTRATOR,
            password=accounts.password(accounts.INTERFACE_ADMINISTRATOR),
        ),
    )
    write_private(
        sandbox.description,
        json.dumps(description(sandbox, record), indent=2) + "\n",
    )


def description(sandbox: Sandbox, record: dict[str, Any]) -> dict[str, Any]:
    """Put together what a program needs in order to use this sandbox."""
    return {
        "port": sandbox.port,
        "url": sandbox.url,
        "api": sandbox.api,
        "script_path": "",
        "wiki_id": WIKI_ID,
        "version": mediawiki_version(),
        "smtp_port": sandbox.smtp_port,
        "mailbox_url": sandbox.mailbox_url,
        "accounts": {
            name: {
                "password": accounts.password(name),
                "mail": accounts.mail(name),
                "mail_confirmed": person.mail_confirmed,
                "groups": list(person.groups),
                "id": record["ids"][name],
            }
            for name, person in accounts.PEOPLE.items()
        },
        "bot": {
            "name": accounts.BOT,
            "id": record["ids"][accounts.BOT],
            "botpassword_name": accounts.BOT_PASSWORD,
            "botpassword_secret": record["bot_secret"],
        },
        "pywikibot_dir": str(sandbox.pywikibot),
        "mediawiki": str(MEDIAWIKI),
        "settings": str(sandbox.settings),
        "override": str(sandbox.folder / "override.php"),
        "read_only_file": str(sandbox.folder / "read-only"),
        "database": str(sandbox.data / f"{WIKI_ID}.sqlite"),
        "log": str(sandbox.log),
    }
