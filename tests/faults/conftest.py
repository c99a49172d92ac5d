"""Faults are tried on every database that the bot can keep its store in."""

from tests.unit.store.conftest import database_url, file, mariadb, pytest_generate_tests

__all__ = ["database_url", "file", "mariadb", "pytest_generate_tests"]
