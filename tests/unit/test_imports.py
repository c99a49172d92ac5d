"""Which room may know which: read from the imports of every file, and once tried out."""

import ast
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot

BOT = Path(bot.__path__[0])
PURE_ROOMS = ("request", "casework", "planning")
PURE_FILES = (
    *("publishing/key_page.py", "publishing/release_text.py", "publishing/standing.py"),
    "statistics/bands.py",
)
PURE = sorted(
    {path for room in PURE_ROOMS for path in (BOT / room).rglob("*.py")}
    | {BOT / name for name in PURE_FILES}
)
EVERY = sorted(BOT.rglob("*.py"))

# Edges, and the sources of time, chance and place.
EDGES = {"pywikibot", "sqlalchemy", "alembic", "flask", "requests", "socket", "urllib.request"}
SOURCES = {"random", "secrets", "os", "time", "uuid"}
ROOMS_OF_EDGES = {"bot.store", "bot.wiki", "bot.desk", "bot.steps", "bot.cli", "bot.app"}
CLOCKS = {
    f"{module}{kind}.{ask}"
    for module in ("", "dt.", "datetime.")
    for kind, ask in (
        ("datetime", "now"),
        ("datetime", "utcnow"),
        ("datetime", "today"),
        ("date", "today"),
    )
} | {"time.time", "time.monotonic", "time.perf_counter"}
# People look at these (tables, pages, curves), `init` migrates, other bots need the last ones.
NOT_FOR_THE_WORKER = {
    *("rich", "pygments", "flask", "jinja2", "werkzeug", "itsdangerous", "waitress", "pygal"),
    *("alembic", "mako", "sqlalchemy.orm", "sqlalchemy.ext.asyncio", "pymysql"),
    *("bot.desk", "bot.planning", "bot.checks", "bot.rehearsal", "bot.statistics.files"),
    *("pywikibot.pagegenerators", "pywikibot.specialbots", "pywikibot.scripts"),
    *("pywikibot.userinterfaces.gui", "pywikibot.xmlreader", "tkinter", "unittest", "pydoc"),
}
USER_CONFIG = """\
family_files["here"] = "http://127.0.0.1:1/api.php"
family = mylang = "here"
usernames["here"]["here"] = "PeerSupportBot"
"""
# Of `setup`, what asks and judges: trials and files are handed in.
ASKING = sorted(
    BOT / "setup" / f"{name}.py"
    for name in (
        *("answers", "asking", "dialogue", "found", "given", "judging", "log_in", "questions"),
        "unattended",
    )
)
# The `check` command opens one thing after the other, to tell which of them fails.
WIRING = {"desk/server.py", "checks/run.py"}


def _imports(path: Path) -> set[str]:
    """Name everything that a file imports, wherever in it: modules, and what is taken from them."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides where it leads"
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def _led_to(names: set[str], targets: set[str]) -> set[str]:
    """Give the imports that lead to one of these modules, or into it."""
    return {name for name in names for to in targets if f"{name}.".startswith(f"{to}.")}


def _clock_calls(path: Path) -> Iterator[str]:
    """Yield what asks for the time, called or handed on: `datetime.now`, `date.today` and so on."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCKS:
            yield f"{path.name}:{node.lineno} {ast.unparse(node)}"


def _room(path: Path) -> str:
    return path.relative_to(BOT).as_posix()


def test_there_is_something_to_read() -> None:
    """A moved room would otherwise pass every test here."""
    assert {path.parent.name for path in PURE} >= set(PURE_ROOMS)
    assert len(PURE) > 20


@pytest.mark.parametrize("path", PURE, ids=_room)
def test_the_middle_is_pure(path: Path) -> None:
    """What a request is and what becomes of it knows no edge, no clock and no chance."""
    names = _imports(path)
    assert not _led_to(names, EDGES | SOURCES | ROOMS_OF_EDGES)
    assert not list(_clock_calls(path))


@pytest.mark.parametrize("path", PURE, ids=_room)
def test_the_middle_opens_no_file(path: Path) -> None:
    """The middle reads no file of its own: what it works on is handed in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert "open" not in {func.id for func in calls if isinstance(func, ast.Name)}
    assert not _led_to(_imports(path), {"pathlib", "io", "subprocess"})


@pytest.mark.parametrize("path", ASKING, ids=_room)
def test_asking_tries_nothing_by_itself(path: Path) -> None:
    """Of the database's library only the reader of addresses is used there."""
    others = EDGES | SOURCES | ROOMS_OF_EDGES | {"bot.setup.child", "bot.setup.files", "click"}
    used = _led_to(_imports(path), others)
    assert used <= {"sqlalchemy.engine.make_url", "sqlalchemy.exc.ArgumentError"}


def test_reading_a_request_knows_nothing_of_cases() -> None:
    """Arrows go one way: a case is made of a request, not the other way round."""
    for path in (BOT / "request").rglob("*.py"):
        assert not _led_to(_imports(path), {"bot.casework"}), path.name


def test_only_the_doors_of_the_program_wire() -> None:
    """Commands and the desk's server ask `app` for what they need; nobody else does."""
    users = {_room(path) for path in EVERY if _led_to(_imports(path), {"bot.app"})}
    others = {room for room in users if not room.startswith("cli/")}
    assert others <= WIRING, "these are handed what they need"


def test_only_app_asks_for_time_and_chance() -> None:
    """The clock is wired once, so that a test can hand in another."""
    asking = {_room(path) for path in EVERY if list(_clock_calls(path))}
    assert asking == {"clock.py"}


@pytest.mark.parametrize("path", sorted((BOT / "desk").rglob("*.py")), ids=_room)
def test_the_desk_knows_no_wiki(path: Path) -> None:
    """The desk speaks to the store alone: it has no account on the wiki to lose."""
    assert not _led_to(_imports(path), {"bot.wiki", "bot.steps", "bot.schedule", "pywikibot"})


@pytest.mark.parametrize("path", sorted((BOT / "store").rglob("*.py")), ids=_room)
def test_the_store_knows_no_other_edge(path: Path) -> None:
    """The store is told what happened; it asks neither wiki nor desk."""
    other = {"bot.wiki", "bot.desk", "bot.steps", "bot.cli", "bot.network", "pywikibot", "flask"}
    assert not _led_to(_imports(path), other)


@pytest.mark.parametrize("path", sorted((BOT / "wiki").rglob("*.py")), ids=_room)
def test_the_wiki_knows_no_store(path: Path) -> None:
    """What speaks to the wiki holds no transaction and no secret."""
    other = {"bot.store", "bot.desk", "bot.steps", "bot.cli", "sqlalchemy", "flask"}
    assert not _led_to(_imports(path), other)


def test_the_desk_starts_without_pywikibot() -> None:
    """Tried out, since one import may lead to another: no page loads the wiki's library."""
    code = (
        "import sys, bot.desk.server, bot.desk.app, bot.app\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "assert 'pywikibot' not in loaded, 'the desk loads Pywikibot'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=BOT.parent)


def test_looking_at_the_network_loads_no_pywikibot() -> None:
    """Tried out as well: what asks the wiki nothing starts quickly, and without its settings."""
    code = (
        "import sys, bot.cli.network_commands, bot.cli.showing, bot.cli.case_commands\n"
        "import bot.cli.roster_commands, bot.cli.complaint_commands, bot.cli.store_commands\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "assert 'pywikibot' not in loaded, 'looking loads Pywikibot'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=BOT.parent)


def test_the_worker_loads_what_it_works_with(tmp_path: Path) -> None:
    """What it loads it holds for ever: no tables, pages, curves, migrations or robots of others."""
    (tmp_path / "user-config.py").write_text(USER_CONFIG, encoding="utf-8")
    code = (
        "import sys\n"
        "from bot.cli.main import cli\n"
        "cli.get_command(None, 'run')\n"
        "import bot.app, bot.cli.working, bot.schedule, bot.webhook\n"
        "import bot.wiki.session, bot.wiki.intake, bot.wiki.wikimail, bot.wiki.people\n"
        "print(*sys.modules, sep='\\n')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYWIKIBOT_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        cwd=BOT.parent,
    )
    loaded = set(done.stdout.split())
    assert {"bot.schedule", "pywikibot.site", "sqlalchemy", "apscheduler"} <= loaded
    assert not _led_to(loaded, NOT_FOR_THE_WORKER)


def test_the_middle_starts_without_any_edge() -> None:
    """The same for the pure rooms and the edges' libraries."""
    modules = ", ".join(
        ".".join(path.relative_to(BOT.parent).with_suffix("").parts)
        for room in PURE_ROOMS
        for path in sorted((BOT / room).rglob("*.py"))
        if path.stem != "__init__"
    )
    code = (
        f"import sys, {modules}\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "edges = loaded & {'pywikibot', 'sqlalchemy', 'flask', 'requests'}\n"
        "assert not edges, edges\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=BOT.parent)


def test_no_two_test_files_have_one_name() -> None:
    """Pytest imports each under its bare name, and would take the second for the first."""
    names = Counter(path.name for path in Path(__file__).parents[1].rglob("test_*.py"))
    assert [name for name, times in names.items() if times > 1] == []
