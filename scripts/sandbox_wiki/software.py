"""What all sandboxes share: the unpacked MediaWiki, and the mail catcher from npm."""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

from sandbox_wiki import machine
from sandbox_wiki.files import alone, empty_folder
from sandbox_wiki.layout import SCRIPTS, SHARED, SandboxError

MEDIAWIKI = SHARED / "mediawiki"
# MailDev 2 rather than 3, which needs Node.js 20: Debian 12 has 18.
MAILBOX_RECIPE = SCRIPTS / "mailbox"
PACKAGES = ("mediawiki", "mediawiki-classes")
LONG_TERM_SUPPORT = "1.43."
# How sources name Debian 12. Its own MediaWiki is older, so the packages of 13 are taken: PHP code
# and text, which install nothing and need nothing of 13.
BOOKWORM = ("bookworm", "oldstable", "stable")


def provide() -> None:
    """Make sure that PHP, Node.js, MediaWiki and the mail catcher are there."""
    with alone(SHARED / "lock", "fetching MediaWiki and the mail catcher"):
        machine.prepare()
        if not MEDIAWIKI.exists():
            fetch_mediawiki()
        if not mailbox().exists():
            fetch_mailbox()


def mediawiki_version() -> str:
    """Read the version of the unpacked MediaWiki from its own source."""
    defines = (MEDIAWIKI / "includes" / "Defines.php").read_text()
    found = re.search(r"'MW_VERSION', '([^']+)'", defines)
    return found[1] if found else "unknown"


def mailbox() -> Path:
    """Name the folder of the mail catcher; it changes with the lock file."""
    lock = (MAILBOX_RECIPE / "package-lock.json").read_bytes()
    return SHARED / f"mailbox-{hashlib.sha256(lock).hexdigest()[:8]}"


def fetch_mediawiki() -> None:
    """Download MediaWiki's Debian packages and unpack them; nothing is installed."""
    release = machine.debian_release()
    if release is None:
        msg = (
            "MediaWiki comes from Debian's packages, which can be fetched on Debian 12 and 13 "
            "only.\nPlease run the sandbox there (a virtual machine or a container will do)."
        )
        raise SandboxError(msg)
    print("Fetching MediaWiki from Debian (52 MB) …", flush=True)
    work = SHARED / "mediawiki.new"
    empty_folder(work)
    download(work, apt_options(work, release))
    print("Unpacking MediaWiki …", flush=True)
    for package in work.glob("*.deb"):
        machine.run(["dpkg", "-x", str(package), str(work / "unpacked")], "dpkg")
    tree = work / "unpacked" / "usr" / "share" / "mediawiki"
    # Debian links these to places of an installed package; a sandbox has its own.
    for name in ("LocalSettings.php", "config", "extensions", "images"):
        (tree / name).unlink(missing_ok=True)
    (tree / "extensions-core").rename(tree / "extensions")
    for name in ("images", "cache"):
        (tree / name).mkdir(exist_ok=True)
    tree.rename(MEDIAWIKI)
    shutil.rmtree(work)
    if not mediawiki_version().startswith(LONG_TERM_SUPPORT):
        print(f"Note: Debian has MediaWiki {mediawiki_version()} now; this was made for 1.43.")


def apt_options(work: Path, release: str) -> list[str]:
    """Give apt lists and a cache of its own, and on Debian 12 the suite trixie.

    The machine's own sources stay as they are, and no rights are needed.
    """
    for name in ("lists/partial", "cache/archives/partial"):
        (work / name).mkdir(parents=True)
    settings = [
        f"Dir::State::lists={work / 'lists'}",
        f"Dir::Cache={work / 'cache'}",
        "Acquire::Languages=none",
        "APT::Sandbox::User=",
    ]
    if release == "12":
        sources = work / "trixie.list"
        sources.write_text("".join(f"{line}\n" for line in trixie_sources()))
        settings += [
            f"Dir::Etc::sourcelist={sources}",
            "Dir::Etc::sourceparts=/nonexistent",
            # What the machine prefers is said about its own sources, not about these.
            "Dir::Etc::preferences=/nonexistent",
            "Dir::Etc::preferencesparts=/nonexistent",
            "APT::Default-Release=",
        ]
    return [part for setting in settings for part in ("-o", setting)]


def trixie_sources() -> list[str]:
    """Turn the machine's own sources for Debian 12 into the same mirrors' sources for 13."""
    fields = ("REPO_URI", "CODENAME", "RELEASE", "COMPONENT", "SIGNED_BY")
    listed = machine.run(
        [
            "apt-get",
            "indextargets",
            "--format",
            "\t".join(f"$({field})" for field in fields),
            "Created-By: Packages",
        ],
        "apt-get indextargets",
    )
    sources = []
    for line in listed.splitlines():
        mirror, codename, suite, component, key = line.split("\t")
        known = {name for name in (codename, suite) if name.removesuffix("-security") in BOOKWORM}
        if component != "main" or not known:
            continue
        # apt leaves a field that it does not know as it stands.
        signed = f"[signed-by={key}] " if key.startswith("/") else ""
        security = "-security" if any(name.endswith("-security") for name in known) else ""
        sources.append(f"deb {signed}{mirror} trixie{security} main")
    if not sources:
        msg = (
            "apt-get names no Debian mirror on this machine, so there is nowhere to fetch "
            "MediaWiki from.\nPlease give it one in /etc/apt/sources.list, and run this again."
        )
        raise SandboxError(msg)
    return sorted(set(sources))


def download(work: Path, options: list[str]) -> None:
    """Download the newest packages that the sources offer."""
    # Of several mirrors one may not know the suite: what counts is that the packages come.
    update = subprocess.run(
        ["apt-get", "-qq", *options, "update"], capture_output=True, text=True, check=False
    )
    try:
        machine.run(["apt-get", "-qq", *options, "download", *PACKAGES], "apt-get", cwd=work)
    except SandboxError as error:
        msg = (
            f"MediaWiki could not be fetched from Debian. Is there a connection to the mirror?\n"
            f"{error}\n{update.stderr.strip()}"
        )
        raise SandboxError(msg) from None


def fetch_mailbox() -> None:
    """Install the mail catcher as its lock file says, aside, and then put it in place."""
    print("Fetching the mail catcher from npm …", flush=True)
    work = SHARED / "mailbox.new"
    empty_folder(work)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(MAILBOX_RECIPE / name, work)
    machine.run(["npm", "ci", "--ignore-scripts", "--loglevel=error"], "npm ci", cwd=work)
    work.rename(mailbox())
