"""These tests share one state of the wiki a file: setting it up takes longer than any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stage import sandbox as sandboxes
from stage.network import StagedNetwork
from stage.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox(first_network: StagedNetwork) -> Sandbox:
    """Give the sandbox as it was when the network had just been published, once for the file."""
    sandboxes.command(("return", "--port", str(first_network.sandbox.port)))
    return first_network.sandbox


@pytest.fixture
def different(sandbox: Sandbox) -> Iterator[Callable[[str], None]]:
    """Give a way to make the wiki different for a while; an empty text makes it as it was."""
    override = Path(sandbox.facts["override"])

    def made(settings: str) -> None:
        override.write_text(settings, encoding="utf-8")

    yield made
    override.unlink(missing_ok=True)
