"""Steps of the worker done one at a time, in a process of its own, with what each took."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from bench_parts.counting import WikiLog
from bot import app
from bot.network import Network
from bot.steps.take_in import take_in
from bot.steps.tidy import tidy

STEPS: dict[str, Callable[[Network], bool]] = {"take_in": take_in, "tidy": tidy}
IDLE = "idle"
"""Stands for rounds of all these steps until there is no more work."""
AT_MOST = 20


def main(log_folder: str, *names: str) -> None:
    """Do these steps in turn, and print what each took: requests and seconds."""
    log = WikiLog(Path(log_folder))
    config, store = app.open_config_and_store(None, os.environ)
    network = app.open_network(config, store)
    took = []
    for name in names:
        with log.cost() as cost:
            if name == IDLE:
                _become_idle(network)
            else:
                STEPS[name](network)
        took.append({"step": name, "requests": cost.requests, "seconds": cost.seconds})
    store.close()
    print(json.dumps(took))


def _become_idle(network: Network) -> None:
    for _ in range(AT_MOST):
        worked = [step(network) for step in STEPS.values()]
        if not any(worked):
            return
    raise RuntimeError("the intake page does not come to rest")


if __name__ == "__main__":
    main(*sys.argv[1:])
