"""What the machine must bring along: PHP, Node.js, and Debian's means to install them."""

import os
import platform
import shutil
import subprocess

from sandbox_wiki.layout import SandboxError

# Debian's package for each module of PHP that the wiki needs.
PHP_MODULES = {
    "curl": "php-curl",
    "dom": "php-xml",
    "intl": "php-intl",
    "mbstring": "php-mbstring",
    "pdo_sqlite": "php-sqlite3",
    "xmlreader": "php-xml",
}
PROGRAMS = {"node": "nodejs", "npm": "npm"}
NODE_AT_LEAST = 18
PHP_AT_LEAST = 80100


def debian_release() -> str | None:
    """Tell whether this is Debian 12 or 13 (`"12"`, `"13"`), or something else (None)."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return None
    known = release.get("ID") == "debian" and release.get("VERSION_ID") in ("12", "13")
    return release["VERSION_ID"] if known and shutil.which("apt-get") else None


def prepare() -> None:
    """Install what is missing, and leave alone what is there."""
    missing = missing_packages()
    if missing:
        install(missing)
        missing = missing_packages()
        if missing:
            msg = f"apt-get ran, but these still do not work: {' '.join(missing)}."
            raise SandboxError(msg)
    check_versions()


def missing_packages() -> list[str]:
    """Name the Debian packages whose work nothing on this machine does yet."""
    missing = {package for program, package in PROGRAMS.items() if not shutil.which(program)}
    if not shutil.which("php"):
        return sorted(missing | {"php-cli"} | set(PHP_MODULES.values()))
    listed = subprocess.run(["php", "-m"], capture_output=True, text=True, check=False)
    have = listed.stdout.casefold().split()
    return sorted(missing | {PHP_MODULES[name] for name in PHP_MODULES if name not in have})


def install(packages: list[str]) -> None:
    """Install Debian packages, as root or through sudo."""
    names = " ".join(packages)
    if debian_release() is None:
        msg = (
            f"The sandbox needs these Debian packages, or the same from elsewhere: {names}.\n"
            "It installs them by itself on Debian 12 and 13 only; please install them, and run "
            "this again."
        )
        raise SandboxError(msg)
    if os.geteuid() == 0:
        rights = []
    elif shutil.which("sudo"):
        rights = ["sudo"]
    else:
        msg = (
            f"The sandbox needs these packages, and neither root nor sudo is here to install "
            f"them.\nAsk an administrator for: apt-get install {names}"
        )
        raise SandboxError(msg)
    print(f"Installing from Debian: {names} …", flush=True)
    apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    wait = ["-o", "DPkg::Lock::Timeout=300"]
    run([*apt, *wait, "update"], "apt-get update")
    run([*apt, *wait, "install", "--no-install-recommends", "-y", *packages], "apt-get install")


def check_versions() -> None:
    """Refuse a PHP or Node.js that is too old, by name."""
    php = run(["php", "-r", "echo PHP_VERSION_ID;"], "php")
    if int(php) < PHP_AT_LEAST:
        msg = f"MediaWiki needs PHP 8.1 or newer, and `php` here is {php}. Please install one."
        raise SandboxError(msg)
    node = node_version()
    if node < NODE_AT_LEAST:
        msg = f"The mailbox needs Node.js {NODE_AT_LEAST} or newer, and `node` here is {node}."
        raise SandboxError(msg)


def node_version() -> int:
    """Ask Node.js for its major version."""
    return int(run(["node", "-p", "parseInt(process.versions.node)"], "node"))


def run(
    command: list[str],
    name: str,
    *,
    stdin: str = "",
    env: dict[str, str] | None = None,
    cwd: os.PathLike[str] | None = None,
) -> str:
    """Run a program to its end and return what it said; if it fails, say so with its last words."""
    done = subprocess.run(
        command,
        input=stdin,
        env=env,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        close_fds=False,  # it shares our lock; see files.alone
    )
    if done.returncode:
        last_words = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        msg = f"{name} failed (exit code {done.returncode}):\n{last_words}"
        raise SandboxError(msg)
    return done.stdout.strip()
