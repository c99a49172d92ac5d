"""The tables that tests get at once are those that the migrations make, to the letter."""

from collections.abc import Callable
from typing import Any

import pytest
from alembic import command

from bot.store.engine import create_file, migrate, open_engine
from tests import store_template
from tests.store_template import Template, statements


def _made(url: str) -> list[str]:
    """Make the tables in an empty database, and say how they are made."""
    engine = open_engine(url)
    create_file(engine)
    try:
        with engine.begin() as connection:
            migrate(connection)
        with engine.connect() as connection:
            return statements(connection)
    finally:
        engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
def test_nobody_could_tell_the_template_from_the_migrations(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    kind: str,
) -> None:
    """The first database is made by the migrations, the second without any."""
    migrated: list[Any] = []
    real: Callable[..., None] = store_template.REAL

    def counted(*given: Any) -> None:
        migrated.append(given)
        real(*given)

    monkeypatch.setattr(command, "upgrade", Template().upgrade)
    monkeypatch.setattr(store_template, "REAL", counted)

    def address() -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path_factory.mktemp('store')}/store.db"
        return str(request.getfixturevalue("mariadb").new_database())

    first = _made(address())
    assert len(migrated) == 1
    assert _made(address()) == first
    assert len(migrated) == 1
