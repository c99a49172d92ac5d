"""Tables as the migrations leave them, made at once: most tests only need a store to be there.

The migrations run for real once for each kind of database in each process of pytest. Every other
empty database gets the statements that make the same tables; `test_store_template.py` compares.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect

REAL = command.upgrade
Upgrade = Callable[..., None]


class Template:
    """Remembers how the newest tables are made, and makes them where there are none."""

    def __init__(self) -> None:
        self._statements: dict[str, list[str]] = {}

    def upgrade(self, config: Config, revision: str, *more: Any, **named: Any) -> None:
        """Bring a database forward, as Alembic's own: only an empty one is made from memory."""
        connection: Connection | None = config.attributes.get("connection")
        if revision != "head" or connection is None or inspect(connection).get_table_names():
            REAL(config, revision, *more, **named)
            return
        dialect = connection.dialect.name
        if dialect in self._statements:
            for statement in self._statements[dialect]:
                connection.exec_driver_sql(statement)
        else:
            REAL(config, revision, *more, **named)
            self._statements[dialect] = statements(connection)


def statements(connection: Connection) -> list[str]:
    """Say how the tables of this database are made, and what the migrations wrote into them."""
    if connection.dialect.name == "sqlite":
        made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
        making = [str(row[0]) for row in made]
    else:
        names = inspect(connection).get_table_names()
        making = [
            str(connection.exec_driver_sql(f"SHOW CREATE TABLE `{name}`").one()[1])
            for name in names
        ]
        making = [
            "SET SESSION foreign_key_checks = 0",  # tables are made in the order of their names
            *making,
            "SET SESSION foreign_key_checks = 1",
        ]
    return [*making, *_rows(connection)]


def _rows(connection: Connection) -> list[str]:
    """Say what rows there are; the migrations leave none but Alembic's own."""
    for name in inspect(connection).get_table_names():
        count = connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()  # noqa: S608
        assert count == (name == "alembic_version"), f"a migration writes into {name}"
    version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    return [f"INSERT INTO alembic_version (version_num) VALUES ('{version}')"]  # noqa: S608
