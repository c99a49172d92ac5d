"""The package reads values and gives values: no wiki, no store, no web, no clock."""

import ast
import subprocess
import sys
from pathlib import Path

import bot.request

ROOM = Path(bot.request.__path__[0])
FORBIDDEN = {"pywikibot", "sqlalchemy", "flask", "requests", "time", "datetime", "random", "os"}
NEIGHBOURS = {"bot.wiki", "bot.store", "bot.desk", "bot.casework", "bot.app", "bot.config"}


def imports(path: Path) -> set[str]:
    """Give the names of all modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_no_module_imports_an_edge() -> None:
    """Read from the imports of every file."""
    for path in ROOM.glob("*.py"):
        names = imports(path)
        assert not FORBIDDEN & {name.partition(".")[0] for name in names}, path.name
        assert not NEIGHBOURS & {".".join(name.split(".")[:2]) for name in names}, path.name


def test_importing_does_no_work() -> None:
    """CLDR's tables are not read before the first plain request is."""
    code = (
        "import bot.request.plain, bot.request.judge\n"
        "from babel import localedata\n"
        "from bot.request import language_names\n"
        "assert not localedata._cache, 'read at import'\n"
        "assert language_names.find_languages('Deutsch') == ('de',)\n"
        "assert len(localedata._cache) < 20, 'kept in memory'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOM.parents[1])
