"""The commands of scripts/sandbox."""

import argparse
import os
import sys

from sandbox_wiki import accounts, building, servers, software
from sandbox_wiki.description import describe
from sandbox_wiki.files import alone
from sandbox_wiki.layout import DEFAULT_PORT, Sandbox, SandboxError

LOWEST_PORT, HIGHEST_PORT = 1024, 65533
USAGE = "scripts/sandbox up|reset|keep|return|down|status|maintenance [--port N]"
HELP = f"""\
A real MediaWiki with a mailbox, on this machine and for this machine alone.

  scripts/sandbox up            build it if need be, start it, wait until it answers
  scripts/sandbox reset         back to the fresh state: wiki, files, mailbox (and start it)
  scripts/sandbox keep          keep the state that the wiki is in now
  scripts/sandbox return        back to the state that was kept
  scripts/sandbox down          stop it; everything stays
  scripts/sandbox status        what runs where; exit code 0 if it is up, else 1
  scripts/sandbox maintenance SCRIPT [ARGUMENT ...]
                                run one of MediaWiki's maintenance scripts on it

--port N (default {DEFAULT_PORT}) chooses the sandbox. Several can run side by side; each takes
three ports of 127.0.0.1: N for the wiki, N+1 for SMTP, N+2 for the mailbox, and keeps its files in
var/sandbox/N/. What programs need to know is in var/sandbox/N/sandbox.json. To build one from
nothing, stop it and remove its folder.

For a while, a test can make the wiki different: settings in PHP in var/sandbox/N/override.php, or a
reason in var/sandbox/N/read-only to make it read-only. `reset` removes both.

Examples:
  scripts/sandbox up --port 8180
  scripts/sandbox maintenance --port 8180 runJobs
  echo 'Some text' | scripts/sandbox maintenance edit --user Admin 'Peer_wiki:Peer support'
"""


def main(arguments: list[str]) -> int:
    """Carry out one command and return the exit code: 0 done, 1 not, 2 wrong use."""
    # No other options here: a maintenance script's own pass through, in their order.
    parser = argparse.ArgumentParser(
        prog="scripts/sandbox", usage=USAGE, add_help=False, allow_abbrev=False
    )
    parser.add_argument("--port", type=port_number, default=DEFAULT_PORT)
    options, words = parser.parse_known_args(arguments)
    command, *rest = words or ["help"]
    if command in ("help", "-h", "--help"):
        print(HELP, end="")
        return 0
    sandbox = Sandbox(options.port)
    try:
        if command == "maintenance" and rest:
            return maintenance(sandbox, rest)
        if command not in COMMANDS or rest:
            parser.error(f"this is not understood: {' '.join([command, *rest])}")
        return COMMANDS[command](sandbox)
    except SandboxError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"The machine does not let the sandbox go on: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
    return 1


def port_number(text: str) -> int:
    """Read a port that leaves room for the two after it and needs no special rights."""
    number = int(text)
    if not LOWEST_PORT <= number <= HIGHEST_PORT:
        msg = f"choose a port from {LOWEST_PORT} to {HIGHEST_PORT}"
        raise argparse.ArgumentTypeError(msg)
    return number


def up(sandbox: Sandbox) -> int:
    """Build the sandbox if need be, start it, and wait until it answers."""
    with alone(sandbox.lock, f"the sandbox on port {sandbox.port}"):
        software.provide()
        record = building.built(sandbox)
        if record and all(server.runs() for server in servers.both(sandbox)):
            describe(sandbox, record)
            print(f"The sandbox is already up: {sandbox.url}, mailbox {sandbox.mailbox_url}")
            if not building.is_current(sandbox):
                print("It was built by another version of these scripts; `reset` builds it anew.")
            return 0
        begin(sandbox)
    return 0


def reset(sandbox: Sandbox) -> int:
    """Bring wiki, files and mailbox back to the fresh state, and start them."""
    with alone(sandbox.lock, f"the sandbox on port {sandbox.port}"):
        software.provide()
        servers.stop(sandbox)
        if building.is_current(sandbox):
            building.restore(sandbox)
        begin(sandbox)
    return 0


def keep(sandbox: Sandbox) -> int:
    """Keep the state that the wiki is in, for `return`."""
    with alone(sandbox.lock, f"the sandbox on port {sandbox.port}"):
        if building.built(sandbox) is None:
            msg = f"There is no sandbox on port {sandbox.port}. Please run `scripts/sandbox up`."
            raise SandboxError(msg)
        servers.stop(sandbox)
        building.keep(sandbox)
        begin(sandbox)
    return 0


def return_to_kept(sandbox: Sandbox) -> int:
    """Bring the wiki back to the state that was kept, with an empty mailbox, and start it."""
    with alone(sandbox.lock, f"the sandbox on port {sandbox.port}"):
        if not (sandbox.kept / "data").is_dir() or not building.is_current(sandbox):
            msg = "No state was kept. `scripts/sandbox keep` keeps the one that the wiki is in."
            raise SandboxError(msg)
        building.return_to_kept(sandbox)
        servers.empty_mailbox(sandbox)
        # Those that run go on: a new server would have all of MediaWiki to read first.
        begin(sandbox)
    return 0


def begin(sandbox: Sandbox) -> None:
    """Start a sandbox from whatever state it was left in, and say where it is."""
    if not building.is_current(sandbox):
        servers.stop(sandbox)
        servers.clear(sandbox)  # before the work rather than after it
        building.build(sandbox)
    elif not sandbox.data.is_dir():
        # A reset was cut off.
        building.restore(sandbox)
    servers.start(sandbox)
    record = building.built(sandbox)
    if record is None:
        msg = f"The record of the build is gone. Please remove {sandbox.folder} and run this again."
        raise SandboxError(msg)
    describe(sandbox, record)
    print(
        f"The sandbox is up.\n  wiki     {sandbox.url}\n"
        f"  log in   as Rosa: {accounts.password('Rosa')}; everybody: {sandbox.description.name}\n"
        f"  mailbox  {sandbox.mailbox_url}\n  folder   {sandbox.folder}"
    )


def down(sandbox: Sandbox) -> int:
    """Stop the sandbox; everything in it stays."""
    with alone(sandbox.lock, f"the sandbox on port {sandbox.port}"):
        ran = servers.stop(sandbox)
    print("The sandbox is down." if ran else "The sandbox was not running.")
    return 0


def status(sandbox: Sandbox) -> int:
    """Tell which server runs where; 1 unless all do."""
    wells = []
    addresses = {"wiki": sandbox.url, "mailbox": sandbox.mailbox_url}
    for server in reversed(servers.both(sandbox)):
        pids, well = server.pids(), server.runs()
        wells.append(well)
        state = "up" if well else "broken" if pids else "down"
        of = f"   (process {min(pids)})" if pids else ""
        print(f"{server.name:8} {state:6} {addresses[server.name]}{of}")
    return 0 if all(wells) else 1


def maintenance(sandbox: Sandbox, arguments: list[str]) -> int:
    """Become one of MediaWiki's maintenance scripts, with this terminal and its exit code."""
    if building.built(sandbox) is None:
        msg = f"There is no sandbox on port {sandbox.port} yet. Please run `scripts/sandbox up`."
        raise SandboxError(msg)
    command = servers.maintenance_command(*arguments)
    os.execve(command[0], command, servers.php_environment(sandbox))  # noqa: S606 - no shell, on purpose


COMMANDS = {
    "up": up,
    "reset": reset,
    "keep": keep,
    "return": return_to_kept,
    "down": down,
    "status": status,
}
