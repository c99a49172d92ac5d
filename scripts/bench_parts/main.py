"""The bench: everything that is measured, one after the other, in one run."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time

from bench_parts import day, figures, health, mailing, ranking, reading, soon, stores, worker
from bench_parts import place as places
from sandbox_wiki.commands import port_number
from sandbox_wiki.layout import SandboxError
from stage import sandbox as sandboxes

PORT = 8780
SIZES = (100, 1_000, 10_000, 100_000)
NUMBERS = (100, 1_000)
# In full, and with --quick.
MOMENTS = (5, 2)
HOURS = (24, 4)


def main() -> int:
    """Measure, telling what is under way, and print the table."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument(
        "--port", type=port_number, default=PORT, help="of its wiki (default: %(default)s)"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="at most 100 waiting requests, 10,000 supporters, and four hours for a day",
    )
    parser.add_argument(
        "--keep", action="store_true", help="leave the wiki running, for another look"
    )
    asked = parser.parse_args()
    numbers, sizes = (NUMBERS[:1], SIZES[:3]) if asked.quick else (NUMBERS, SIZES)
    moments, hours = MOMENTS[asked.quick], HOURS[asked.quick]
    # As it is once installed: what was compiled is kept, and not compiled anew in each process.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - begun:6.0f} s  {what}", flush=True)

    say("raising a wiki, with a network and its supporters")
    try:
        place = places.make(asked.port)
        measured = [
            *mailing.measure(place, numbers, say),
            *worker.start_up(place, say),
            *worker.memory(place, say),
            *reading.measure(place, say),
            *ranking.measure(sizes, say),
            *stores.measure(say),
            *health.measure(say),
            *soon.measure(place, moments, say),
            *day.measure(place, hours, say),
        ]
    except SandboxError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 1
    finally:
        if not asked.keep:
            sandboxes.command(("down", "--port", str(asked.port)))
            shutil.rmtree(places.FOLDER, ignore_errors=True)
    say("done")
    print(f"\n{_machine()}, MediaWiki {place.sandbox.facts['version']}\n")
    figures.show(measured)
    return 0


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{os.cpu_count()} cores, {memory:.0f} GB of memory, Python {sys.version.split()[0]}"


if __name__ == "__main__":
    sys.exit(main())
