"""`peer-support health` as it is run every ten seconds: what it loads, and what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from bot import app
from bot.cli import quick_health
from bot.store.store import HEARTBEAT, LOG_IN, put_setting

SETTINGS = 'wiki: {{intake: "Project:Intake"}}\ncoordinators: [Coordinator]\n{more}'
COSTLY = {
    *("click", "rich", "sqlalchemy", "pydantic", "alembic", "flask", "requests", "pywikibot"),
    *("babel", "logging.handlers", "bot.app", "bot.config", "bot.store", "bot.cli.main"),
}
"""What takes longest to load; none of it is needed to read one row."""
MOST_MODULES = {"sqlite": 180, "mariadb": 330}
"""A bare start has about 60, the drivers and YAML the rest; the whole program has 1,100."""
PROBE = """
import atexit, sys
before = set(sys.modules)
atexit.register(lambda: print(*sorted(set(sys.modules) - before), file=sys.stderr))
from bot.cli import main
sys.argv[1:] = {arguments!r}
main()
"""


def _run(*arguments: str, environ: Mapping[str, str], folder: Path) -> tuple[int, str, set[str]]:
    """Run it as the entry point does; give exit code, what it prints, and what it has loaded."""
    clean = {name: one for name, one in os.environ.items() if not name.startswith("PEER_SUPPORT")}
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(arguments=list(arguments))],
        env={**clean, "PYTHONPATH": str(Path(quick_health.__file__).parents[2]), **environ},
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout, set(done.stderr.split())


def _network(tmp_path: Path, url: str) -> Path:
    config = tmp_path / "config" / "peer-support.yaml"
    config.parent.mkdir()
    config.write_text(SETTINGS.format(more=f"database: {url!r}\n"), encoding="utf-8")
    made = _run("--config", str(config), "init", environ={}, folder=tmp_path)
    assert made[0] == 0, made
    return config


def _beat(config: Path, ago: timedelta, log_in: str) -> None:
    _, store = app.open_config_and_store(str(config), {})
    with store.write() as tx:
        put_setting(tx, HEARTBEAT, (app.clock() - ago).isoformat())
        put_setting(tx, LOG_IN, log_in)
    store.close()


def test_it_loads_next_to_nothing(tmp_path: Path, database_url: str) -> None:
    """On both databases, named in the file or the environment: nothing costly, few modules."""
    config = _network(tmp_path, database_url)
    most = MOST_MODULES["sqlite" if database_url.startswith("sqlite") else "mariadb"]
    ways: list[tuple[list[str], dict[str, str]]] = [
        (["--config", str(config), "health"], {}),
        (["health"], {}),
        (["health"], {"PEER_SUPPORT_CONFIG": str(config)}),
        (["health"], {"PEER_SUPPORT_DATABASE": database_url, "PEER_SUPPORT_CONFIG": "none"}),
        (["health"], {"PEER_SUPPORT_SETTINGS": f"{{database: {database_url!r}}}"}),
    ]
    for beat, log_in, code, said in (
        (None, "", 1, "the worker is silent\n"),
        (timedelta(0), "", 0, "at work\n"),
        (timedelta(0), '{"refusal": "locked"}', 1, "the worker cannot log in to the wiki\n"),
        (timedelta(hours=1), "", 1, "the worker is silent\n"),
    ):
        if beat is not None:
            _beat(config, beat, log_in)
        for arguments, environ in ways:
            came = _run(*arguments, environ=environ, folder=tmp_path)
            assert came[:2] == (code, said), (arguments, environ)
            costly = {name for name in came[2] if any(_is_of(name, one) for one in COSTLY)}
            assert not costly, (arguments, environ)
            assert len(came[2]) < most, (arguments, environ)


def _is_of(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ("database: [", "peer-support.yaml:"),
        ("database: 5\n", "peer-support.yaml:"),
        ("database: sqlite:///nowhere/at/all.db\n", "folder"),
        ("database: mysql://a:hidden1@127.0.0.1:1/name\n", "127.0.0.1/name"),
    ],
)
def test_what_is_not_plain_is_told_in_words(tmp_path: Path, more: str, word: str) -> None:
    """Left to the command itself, with its exit codes; a password is repeated nowhere."""
    config = tmp_path / "config" / "peer-support.yaml"
    config.parent.mkdir()
    config.write_text(SETTINGS.format(more=more), encoding="utf-8")
    secret = tmp_path / "config" / "secret"
    secret.touch(mode=0o600)
    secret.write_text("A" * 43)
    code, out, err = _run("--config", str(config), "health", environ={}, folder=tmp_path)
    said = out + " ".join(err)
    assert code in {2, 3}, said
    assert word in said
    assert "hidden1" not in said


def test_help_and_slips_are_left_to_the_command(tmp_path: Path) -> None:
    """Only these two forms are answered without it."""
    for arguments in (
        ("health", "--help"),
        ("--wrong", "health"),
        ("health", "health"),
        ("--config", "x"),
    ):
        assert quick_health.answer(arguments, {}, app.clock()) is None
    code, out, _ = _run("health", "--help", environ={}, folder=tmp_path)
    assert (code, "Usage:" in out) == (0, True)


def test_it_makes_no_file(tmp_path: Path) -> None:
    """A store that is not there is not begun by who only looks."""
    config = tmp_path / "config" / "peer-support.yaml"
    config.parent.mkdir()
    config.write_text(SETTINGS.format(more=""), encoding="utf-8")
    (tmp_path / "var").mkdir()
    assert quick_health.answer(["--config", str(config), "health"], {}, app.clock()) is None
    assert not list((tmp_path / "var").iterdir())


_NAMES = st.text(st.sampled_from("abz09_%-.A@:/?#[] "), min_size=0, max_size=6)


@given(
    st.sampled_from(["mysql", "mariadb", "mariadb+pymysql", "mysql+other", "postgresql"]),
    *(_NAMES for _ in range(4)),
    st.sampled_from(["", ":3307", ":x"]),
    st.sampled_from(["", "?unix_socket=/run/my.sock", "?charset=utf8", "?unix_socket=a&b=c"]),
)
@example("mysql", "", "", "h", "%00", "", "")
@example("mysql", "", "", "h", "a%20b", "", "")
def test_an_address_is_read_as_the_library_reads_it(
    scheme: str, user: str, password: str, host: str, name: str, port: str, query: str
) -> None:
    """What is read here is read the same by SQLAlchemy; what it is not sure of, it leaves alone."""
    account = f"{user}:{password}@" if password else f"{user}@" if user else ""
    written = f"{scheme}://{account}{host}{port}/{name}{query}"
    found = quick_health.SERVER.fullmatch(written)
    if found is None:
        return
    url = make_url(written)
    assert (found["host"], found["name"]) == (url.host, url.database)
    assert (unquote(found["user"] or "") or None) == url.username
    assert unquote(found["password"] or "") == (url.password or "")
    assert int(found["port"] or 3306) == (url.port or 3306)
    assert found["socket"] == url.query.get("unix_socket")
    assert set(url.query) <= {"unix_socket"}
    assert url.get_backend_name() in {"mysql", "mariadb"}


@pytest.mark.parametrize(
    ("written", "server"),
    [
        ("mysql://tools.db.svc.wikimedia.cloud/s12345__peer_support", True),
        ("mysql://a:p%40ss@db.example:3307/peer", True),
        ("mariadb://a@localhost/peer?unix_socket=/run/mysqld/mysqld.sock", True),
        ("mysql://a:b@host/name?ssl_ca=/x", False),
        ("mysql://a:b@[::1]/name", False),
    ],
)
def test_the_usual_addresses_are_plain(written: str, server: bool) -> None:
    """Toolforge's own form among them, which names no account."""
    assert (quick_health.SERVER.fullmatch(written) is not None) == server
