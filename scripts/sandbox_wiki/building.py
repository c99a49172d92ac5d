"""A new wiki: installed, settled with accounts, and kept as the state that `reset` returns to."""

import hashlib
import json
import secrets
import shutil
from pathlib import Path
from typing import Any

from sandbox_wiki import machine, servers
from sandbox_wiki.accounts import PEOPLE, as_wanted, new_secret
from sandbox_wiki.files import copy_folder, empty_folder, write_private
from sandbox_wiki.layout import SCRIPTS, WIKI_ID, Sandbox
from sandbox_wiki.software import MEDIAWIKI, mediawiki_version

TEMPLATES = SCRIPTS / "sandbox.d"
# Whatever of these changes, a sandbox built before is not what it should be.
INGREDIENTS = (
    TEMPLATES / "LocalSettings.php",
    TEMPLATES / "CreateAccounts.php",
    Path(__file__),
    Path(__file__).with_name("accounts.py"),
)
# Tables are made for these; that they are used is said in LocalSettings.php.
EXTENSIONS = ("AbuseFilter", "Echo", "Gadgets", "InputBox", "ParserFunctions", "TemplateData")
SKINS = ("MinervaNeue", "MonoBook", "Timeless", "Vector")
# Asked for once before the first state is kept, so that nobody waits for them afterwards.
FIRST_PAGES = tuple(f"/index.php?title=Main_Page&useskin={skin}" for skin in ("vector-2022",))


def recipe() -> str:
    """Name what a sandbox built now would be made of."""
    parts = [path.read_bytes() for path in INGREDIENTS]
    return hashlib.sha256(b"\0".join([*parts, mediawiki_version().encode()])).hexdigest()[:16]


def built(sandbox: Sandbox) -> dict[str, Any] | None:
    """Read what a completed build decided; None if there is none."""
    if not sandbox.pristine.is_dir():
        return None
    try:
        record: dict[str, Any] = json.loads(sandbox.build.read_text())
    except (OSError, ValueError):
        return None
    return record


def is_current(sandbox: Sandbox) -> bool:
    """Tell whether a completed build is there and was made of what is there now."""
    record = built(sandbox)
    return record is not None and record.get("recipe") == recipe()


def build(sandbox: Sandbox) -> None:
    """Build it from nothing; what is left of an earlier or a half build goes first."""
    print("Installing the wiki …", flush=True)
    empty_folder(sandbox.folder)
    for folder in (sandbox.data, sandbox.log, sandbox.mail):
        empty_folder(folder)
    for name in ("cache", "images", "l10n"):
        empty_folder(sandbox.folder / name)
    install(sandbox)
    record: dict[str, Any] = {
        "port": sandbox.port,
        "recipe": recipe(),
        "secret_key": secrets.token_hex(32),
        "bot_secret": new_secret(),
    }
    write_private(sandbox.build, json.dumps(record))
    shutil.copy(TEMPLATES / "LocalSettings.php", sandbox.settings)
    print("Making the accounts …", flush=True)
    wanted = json.dumps({name: as_wanted(name, record["bot_secret"]) for name in PEOPLE})
    ids = maintain(sandbox, str(TEMPLATES / "CreateAccounts.php"), stdin=wanted)
    record["ids"] = json.loads(ids.splitlines()[-1])
    write_private(sandbox.build, json.dumps(record))
    print("Warming up …", flush=True)
    maintain(sandbox, "rebuildLocalisationCache", "--lang=en", "--quiet")
    servers.start(sandbox)
    for page in FIRST_PAGES:
        servers.fetch(sandbox.url + page)
    servers.stop(sandbox)
    empty_folder(sandbox.mail)
    # Last, because it is the sign that all of the above is done.
    copy_folder(sandbox.data, sandbox.pristine)


def install(sandbox: Sandbox) -> None:
    """Let MediaWiki's installer make the database; its LocalSettings.php gives way to ours."""
    aside = sandbox.folder / "installer"
    aside.mkdir()
    machine.run(
        servers.maintenance_command(
            "install",
            "--dbtype=sqlite",
            f"--dbpath={sandbox.data}",
            f"--dbname={WIKI_ID}",
            "--scriptpath=",
            f"--server={sandbox.url}",
            f"--extensions={','.join(EXTENSIONS)}",
            f"--skins={','.join(SKINS)}",
            f"--confpath={aside}",
            f"--pass={as_wanted('Admin', '')['password']}",
            "Peer wiki",
            "Admin",
        ),
        "MediaWiki's installer",
        env=servers.environment(),
    )
    shutil.rmtree(aside)


def restore(sandbox: Sandbox) -> None:
    """Return to the state right after building; the servers must be stopped."""
    # Gone first and back last: a reset that is cut off is known by it and done again.
    shutil.rmtree(sandbox.data, ignore_errors=True)
    empty_folder(sandbox.mail)
    forget_differences(sandbox)
    # Pywikibot's cookies and what it remembers of the wiki belong to the state that is gone.
    shutil.rmtree(sandbox.pywikibot, ignore_errors=True)
    copy_folder(sandbox.pristine, sandbox.data)


def forget_differences(sandbox: Sandbox) -> None:
    """Take away what tests and visitors left beside the database."""
    for folder in (sandbox.folder / "images", sandbox.folder / "cache"):
        empty_folder(folder)
    for name in ("override.php", "read-only"):
        (sandbox.folder / name).unlink(missing_ok=True)


def keep(sandbox: Sandbox) -> None:
    """Keep the state that it is in now, log-ins included; the servers must be stopped."""
    shutil.rmtree(sandbox.kept, ignore_errors=True)
    sandbox.kept.mkdir(mode=0o700)
    copy_folder(sandbox.pywikibot, sandbox.kept / "pywikibot")
    # Last: what holds this is whole.
    copy_folder(sandbox.data, sandbox.kept / "data")


def return_to_kept(sandbox: Sandbox) -> None:
    """Return to the state that was kept; the wiki's server may run, and opens the new files."""
    forget_differences(sandbox)
    copy_folder(sandbox.kept / "pywikibot", sandbox.pywikibot)
    copy_folder(sandbox.kept / "data", sandbox.data)


def maintain(sandbox: Sandbox, *arguments: str, stdin: str = "") -> str:
    """Run one of MediaWiki's maintenance scripts on this sandbox and return what it said."""
    return machine.run(
        servers.maintenance_command(*arguments),
        f"MediaWiki's {Path(arguments[0]).stem}",
        stdin=stdin,
        env=servers.php_environment(sandbox),
        cwd=MEDIAWIKI,
    )
