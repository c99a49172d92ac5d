"""The two servers of a sandbox, PHP's own and the mail catcher: found, started, stopped.

No pid files: a server is known by its command line, which names a path of its sandbox. So there is
nothing that could be stale, and no stranger who got an old pid can be mistaken for a server.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sandbox_wiki.files import empty_folder
from sandbox_wiki.layout import WIKI_ID, Sandbox, SandboxError
from sandbox_wiki.software import MEDIAWIKI, mailbox

START_SECONDS = 30.0
STOP_SECONDS = 5.0
ANSWER_SECONDS = 10.0
# Enough for a browser, a worker and a test at a time.
PHP_WORKERS = 4
# No proxy, whatever the environment says: everything is on this machine.
LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Server:
    """How one server is started, recognised, and asked whether it is well."""

    name: str
    ports: tuple[int, ...]
    command: list[str]
    marks: tuple[str, ...]  # arguments that no other program would carry
    log: Path
    env: dict[str, str]
    is_well: Callable[[], bool]

    def pids(self) -> list[int]:
        """List its processes; a parent killed outright leaves children that hold the port."""
        return [pid for pid, arguments in command_lines() if set(self.marks) <= set(arguments)]

    def runs(self) -> bool:
        """Tell whether its first process, which leads its own session, is alive and answers."""
        return any(leads(pid) for pid in self.pids()) and self.is_well()

    def start(self) -> None:
        """Start it apart from this terminal, and wait until it answers."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.env,
                cwd="/",
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.is_well():
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                msg = f"The {self.name} did not start. It says why in {self.log}"
                raise SandboxError(msg)
            time.sleep(0.05)

    def stop(self) -> bool:
        """End all its processes, firmly if they do not listen; tell whether there were any."""
        if not self.pids():
            return False
        for sign, patience in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
            for pid in self.pids():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, sign)
            deadline = time.monotonic() + patience
            while time.monotonic() < deadline:
                if not self.pids():
                    return True
                time.sleep(0.02)
        msg = f"The {self.name} (process {self.pids()}) does not end. Please end it by hand."
        raise SandboxError(msg)


def wiki(sandbox: Sandbox) -> Server:
    """Describe the wiki's server."""
    mark = f"error_log={sandbox.log / 'php-errors.log'}"
    return Server(
        name="wiki",
        ports=(sandbox.port,),
        command=[
            *("php", "-d", mark, "-d", "log_errors=1", "-d", "display_errors=0"),
            # With APCu, the server would not see what the command line changes.
            *("-d", "apc.enabled=0"),
            # Settings changed by a test count from the next request on.
            *("-d", "opcache.revalidate_freq=0"),
            *("-S", f"127.0.0.1:{sandbox.port}", "-t", str(MEDIAWIKI)),
        ],
        marks=(mark, "-S"),
        log=sandbox.log / "php.log",
        env=php_environment(sandbox) | {"PHP_CLI_SERVER_WORKERS": str(PHP_WORKERS)},
        is_well=lambda: wiki_answers(sandbox),
    )


def mail_catcher(sandbox: Sandbox) -> Server:
    """Describe the mail catcher's server."""
    return Server(
        name="mailbox",
        ports=(sandbox.smtp_port, sandbox.mailbox_port),
        command=[
            *("node", str(mailbox() / "node_modules" / "maildev" / "bin" / "maildev")),
            *("--ip", "127.0.0.1", "--smtp", str(sandbox.smtp_port)),
            *("--web-ip", "127.0.0.1", "--web", str(sandbox.mailbox_port)),
            *("--mail-directory", str(sandbox.mail)),
        ],
        marks=("--mail-directory", str(sandbox.mail)),
        log=sandbox.log / "mailbox.log",
        env=environment(),
        is_well=lambda: mailbox_answers(sandbox),
    )


def both(sandbox: Sandbox) -> tuple[Server, Server]:
    """List the servers in the order of starting: the wiki may want to send mail at once."""
    return mail_catcher(sandbox), wiki(sandbox)


def clear(sandbox: Sandbox) -> list[Server]:
    """List the servers that do not run; what is left of them is gone and their ports are free."""
    down = [server for server in both(sandbox) if not server.runs()]
    for server in down:
        server.stop()
    for server in down:
        for port in server.ports:
            demand_free(port, sandbox)
    return down


def start(sandbox: Sandbox) -> None:
    """Start whichever server does not run, and wait until it answers."""
    sandbox.log.mkdir(exist_ok=True)
    for server in clear(sandbox):
        server.start()


def stop(sandbox: Sandbox) -> bool:
    """Stop both servers; tell whether any ran."""
    ran = [server.stop() for server in reversed(both(sandbox))]
    return any(ran)


def demand_free(port: int, sandbox: Sandbox) -> None:
    """Say which port is taken, and how to choose others."""
    with socket.socket() as trial:
        # As the servers do: a connection that has just ended does not keep the port.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            msg = (
                f"Port {port} cannot be used ({error.strerror}): another program holds it.\n"
                f"This sandbox needs the ports {sandbox.port} (wiki), {sandbox.smtp_port} (SMTP) "
                f"and {sandbox.mailbox_port} (mailbox).\n"
                "Stop that program, or choose others with --port N, for example --port "
                f"{sandbox.port + 100}."
            )
            raise SandboxError(msg) from None


def environment() -> dict[str, str]:
    """Keep of the environment what a server needs, so that it runs the same everywhere."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return kept | {"LANG": "C.UTF-8"}


def php_environment(sandbox: Sandbox) -> dict[str, str]:
    """Tell PHP where this sandbox's settings are; the MediaWiki tree is shared."""
    return environment() | {"MW_CONFIG_FILE": str(sandbox.settings)}


def maintenance_command(*arguments: str) -> list[str]:
    """Put together the call of one of MediaWiki's maintenance scripts."""
    runner = str(MEDIAWIKI / "maintenance" / "run.php")
    return [shutil.which("php") or "php", "-d", "apc.enable_cli=0", runner, *arguments]


def wiki_answers(sandbox: Sandbox) -> bool:
    """Ask the API which wiki it is."""
    try:
        answer = json.loads(
            fetch(f"{sandbox.api}?action=query&meta=siteinfo&format=json&formatversion=2")
        )
        return bool(answer["query"]["general"]["wikiid"] == WIKI_ID)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def mailbox_answers(sandbox: Sandbox) -> bool:
    """Ask the mailbox for its health, and its SMTP server for a greeting."""
    try:
        fetch(f"{sandbox.mailbox_url}/healthz")
        with socket.create_connection(("127.0.0.1", sandbox.smtp_port), timeout=2) as line:
            return line.recv(3) == b"220"
    except OSError:
        return False


def empty_mailbox(sandbox: Sandbox) -> None:
    """Throw away all mail, whether or not the mailbox runs."""
    if mailbox_answers(sandbox):
        fetch(f"{sandbox.mailbox_url}/email/all", method="DELETE")
    else:
        mail_catcher(sandbox).stop()
        empty_folder(sandbox.mail)


def fetch(url: str, method: str = "GET") -> bytes:
    """Ask a server of this machine."""
    request = urllib.request.Request(url, method=method)  # noqa: S310 - always our own http
    with LOCAL.open(request, timeout=ANSWER_SECONDS) as answer:
        return bytes(answer.read())


def command_lines() -> Iterator[tuple[int, list[str]]]:
    """Read every process's arguments; one that ended meanwhile, or is a zombie, has none."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                yield int(folder.name), (folder / "cmdline").read_text().split("\0")
            except (OSError, UnicodeDecodeError):
                continue


def leads(pid: int) -> bool:
    """Tell whether a process leads its session, as a server's first one does."""
    try:
        return os.getsid(pid) == pid
    except ProcessLookupError:
        return False
