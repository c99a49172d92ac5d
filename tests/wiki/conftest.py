"""What tests on the wiki share: a worker in the test's own process, and programs in containers."""

from __future__ import annotations

import ast
import base64
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from stage import container as containers
from stage.container import Bounds, Container, Inside, Unbound
from stage.image import Image, build
from stage.mariadb import server
from stage.network import CONFIGURATION, ROSTER, StagedNetwork, free_port
from stage.sandbox import Sandbox
from tests.wiki.setting_up import Bare

if TYPE_CHECKING:
    from bot.network import Network


class Worker:
    """A worker whose steps are called one by one."""

    def __init__(self, network: Network, sandbox: Sandbox) -> None:
        self.network = network
        self.sandbox = sandbox

    def do(self, step: str) -> bool:
        """Do one step once, and say whether there was work."""
        function: Any = getattr(import_module(f"bot.steps.{step}"), step)
        return bool(function(self.network))

    def once(self) -> bool:
        """Do every step until no work is left; False when a step failed."""
        from bot.schedule import once

        return once(self.network)

    def requests_of(self, step: str) -> int:
        """Do one step once, and say how many requests to the wiki it took."""
        before = self.network.wiki.requests
        self.do(step)
        return self.network.wiki.requests - before

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the store in SQL."""
        with self.network.store.read() as tx:
            return [tuple(row) for row in tx.connection.exec_driver_sql(query)]

    def outcomes(self) -> list[str]:
        """Give what was recorded of each message, in order."""
        return [row[0] for row in self.rows("select outcome from messages order by id")]

    def cases(self) -> int:
        """Count the cases."""
        return int(self.rows("select count(*) from cases")[0][0])

    def told(self, kind: str) -> list[str]:
        """Give the reasons of the mails of this kind that were queued."""
        rows = self.rows("select kind, reason from outbox order by id")
        return [reason for name, reason in rows if name == kind]

    def setting(self, name: str) -> str:
        """Read one fact about the network."""
        query = f"select value from settings where name = '{name}'"  # noqa: S608
        return str((self.rows(query) or [("",)])[0][0])

    def later(self, **span: float) -> None:
        """Let the network's clock be ahead from now on."""
        ahead = timedelta(**span)
        self.network = replace(
            self.network,
            clock=lambda: datetime.now(UTC) + ahead,
            clocks_apart=timedelta.max,  # it is the test that moves it, not a fault
        )


@pytest.fixture
def worker(network: StagedNetwork, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """Give a worker on a network that was just set up, logged in."""
    from bot import app

    loaded = sys.modules.get("pywikibot.config")
    here = network.sandbox.pywikibot_dir
    if loaded is not None and not here.samefile(loaded.base_dir):
        pytest.fail("Pywikibot was loaded for another wiki: run this folder alone (scripts/test)")
    monkeypatch.chdir(network.folder)
    config, store = app.open_config_and_store(str(network.config_file), os.environ)
    opened = app.open_network(config, store)
    # The sandbox was returned to an earlier state: the session is renewed here, not in a test.
    opened.wiki.call({"action": "query", "meta": "userinfo"})
    yield Worker(opened, network.sandbox)
    store.close()


@pytest.fixture
def sysops_hide(sandbox: Sandbox) -> Iterator[None]:
    """Let administrators hide revisions, as on Wikimedia's wikis."""
    override = Path(sandbox.facts["override"])
    override.write_text("<?php $wgGroupPermissions['sysop']['deleterevision'] = true;")
    yield
    override.unlink()


@pytest.fixture
def with_ip_edits(sandbox: Sandbox) -> Iterator[None]:
    """Let people edit logged out, as on wikis without temporary accounts."""
    override = Path(sandbox.facts["override"])
    override.write_text("<?php $wgAutoCreateTempUser['enabled'] = false;")
    yield
    override.unlink()


@dataclass(frozen=True)
class Hosted:
    """A network of a built image, with all that its programs know from the environment.

    Their logs are in `folder`; `home` is the tool's, as far as a command is let see it.
    """

    container: Container
    image: Image
    folder: Path
    home: Path
    desk_port: int

    def run(self, *words: str) -> str:
        """Run a command that goes well, and give what it says."""
        done = self.container.run(self.image.command, *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def is_healthy(self) -> bool:
        """Return what the health check of the worker says."""
        return self.container.run(*self.image.process("health")).returncode == 0

    def log(self, name: str) -> str:
        """Give what a program that goes on has said."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8")

    def start(self, process: str) -> Inside:
        """Start a process of the Procfile that goes on."""
        words = self.image.process(process)
        return self.container.start(*words, log=self.folder / f"{process}.log")


def _environment(sandbox: Sandbox, database: str, desk_port: int) -> dict[str, str]:
    log_ins = (sandbox.pywikibot_dir / "user-password.py").read_text(encoding="utf-8")
    call = ast.parse(log_ins.splitlines()[0], mode="eval").body
    assert isinstance(call, ast.Tuple)
    account, password = call.elts
    assert isinstance(password, ast.Call)
    name, (label, secret) = ast.literal_eval(account), map(ast.literal_eval, password.args)
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
    return {
        "PEER_SUPPORT_SETTINGS": CONFIGURATION.format(desk_port=desk_port),
        "PEER_SUPPORT_DATABASE": database,
        "PEER_SUPPORT_SECRET": key,
        "PEER_SUPPORT_WIKI": str(sandbox.facts["api"]),
        "PEER_SUPPORT_ACCOUNT": f"{name}@{label}",
        "PEER_SUPPORT_ACCOUNT_PASSWORD": secret,
    }


@pytest.fixture
def bounds(tell: Callable[[str], None]) -> Iterator[Bounds]:
    """Give the bounds of a container; where there can be none, the end of the run says so."""
    with containers.bounds(f"peer-support-{os.getpid()}") as made:
        if isinstance(made, Unbound):
            tell(f"container: memory and CPU are not bound, only measured: {made.why}")
        yield made


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Build an image."""
    return build(tmp_path_factory.mktemp("app"))


@pytest.fixture
def hosted(
    request: pytest.FixtureRequest, sandbox: Sandbox, bounds: Bounds, image: Image, tmp_path: Path
) -> Iterator[Hosted]:
    """Set a network up with nothing but an environment; on a MariaDB of its own, or on SQLite."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "roster.yaml").write_text(ROSTER, encoding="utf-8")
    seen, port = [image.app, image.layer], free_port()
    with ExitStack() as running:
        database = f"sqlite:///{home}/peer-support.db"
        if getattr(request, "param", "mariadb") == "mariadb":
            folder = Path(running.enter_context(TemporaryDirectory()))
            database = running.enter_context(server(folder)).new_database()
            seen.append(folder)
        environ = _environment(sandbox, database, port) | dict(image.environ) | {"PORT": str(port)}
        container = Container(bounds, environ, seen, (home,), image.app)
        yield Hosted(container, image, tmp_path, home, port)


@pytest.fixture
def bare(sandbox: Sandbox, tmp_path: Path) -> Bare:
    """Give a folder with nothing in it."""
    for name in ("network", "home", "temporary"):
        (tmp_path / name).mkdir()
    return Bare(tmp_path / "network", sandbox, free_port())
