"""Change one thing at a time in the program, and count how often a test notices.

Cosmic Ray makes the changes, in copies of the tree under `var/mutants`; nothing else is touched.
Stopped, the same command goes on. It takes hours: a sample is told in docs/testing.md.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import cosmic_ray.plugins
from cosmic_ray.commands.init import init
from cosmic_ray.mutating import mutate_and_test, mutate_code
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkItem, WorkResult

from sandbox_wiki.files import alone
from stage.mutant_kinds import Provider
from stage.mutant_reach import PLUGIN, WANTED, Reach, cheapest, path_of, recorded
from stage.mutant_worth import is_worth_it

ROOT = Path(__file__).resolve().parent.parent.parent
PLACE = ROOT / "var" / "mutants"
REACH = ROOT / "var" / "mutants-reach"
PURE = ("request", "casework", "publishing", "statistics", "planning")
ROOMS = (*PURE, "steps")
FAULTS = Path("tests/faults/test_wind_down.py")
"""On a fake wiki, as the unit tests are: the one place where the end of a network is tried."""
GOAL = 92
"""Percent of the changes that the tests should notice."""
PATIENCE = 300
"""Seconds after which a run that does not end counts as noticed, as a test's own limit is."""

_NOTICED = re.compile(r"^(?:FAILED|ERROR) (\S+::.+?|\S+)(?: - .*)?$", re.MULTILINE)
"""A line of pytest's summary, and the test that it names."""

cosmic_ray.plugins.OPERATOR_PROVIDERS["ours"] = Provider()


def modules(wanted: Sequence[str]) -> list[Path]:
    """Return the modules of rooms (`steps`) and paths (`bot/desk/pressing.py`), from the root."""
    found: list[Path] = []
    for one in wanted:
        path = Path(one) if one.endswith(".py") else Path("bot") / one
        if not (ROOT / path).exists():
            sys.exit(f"There is no {path}: name a room ({', '.join(ROOMS)}) or a file under bot/.")
        files = sorted((ROOT / path).glob("*.py")) if (ROOT / path).is_dir() else [ROOT / path]
        found += [file.relative_to(ROOT) for file in files if file.name != "__init__.py"]
    return list(dict.fromkeys(found))


def near(paths: Collection[Path], root: Path, *, rooms: bool = True) -> list[Path]:
    """Return the test files that name one of some modules, and those of their rooms."""
    names = {".".join(path.with_suffix("").parts) for path in paths}
    folders = {Path("tests/unit") / path.parts[1] for path in paths} if rooms else set()
    files = [path.relative_to(root) for path in sorted((root / "tests/unit").rglob("test_*.py"))]
    files.append(FAULTS)
    return [
        file
        for file in files
        if file.parent in folders
        or any(name in (root / file).read_text(encoding="utf-8") for name in names)
    ]


def drawn(items: Iterable[WorkItem], sample: int | None, seed: int) -> set[str]:
    """Draw jobs: one change at each place at most, and `sample` places of all, or every change."""
    kept = [item for item in items if _is_worth_it(item)]
    if sample is None:
        return {item.job_id for item in kept if _is_a_change(item)}
    places: dict[tuple[Any, ...], list[WorkItem]] = {}
    for item in sorted(kept, key=_identity):
        places.setdefault(_identity(item)[:3], []).append(item)
    draw = random.Random(seed)  # noqa: S311 - drawn to be drawn again
    ones = [draw.choice(there) for _, there in sorted(places.items())]
    draw.shuffle(ones)
    print(f"{len(kept)} changes at {len(ones)} places are worth a try.", flush=True)
    return {item.job_id for item in itertools.islice(filter(_is_a_change, ones), sample)}


def _identity(item: WorkItem) -> tuple[Any, ...]:
    change = item.mutations[0]
    where = str(change.module_path), change.start_pos, change.end_pos
    return (*where, change.operator_name, change.occurrence)


def _is_worth_it(item: WorkItem) -> bool:
    change = item.mutations[0]
    source = (ROOT / change.module_path).read_text(encoding="utf-8")
    return is_worth_it(source, change.operator_name, change.start_pos, change.end_pos)


def _is_a_change(item: WorkItem) -> bool:
    change = item.mutations[0]
    source = (ROOT / change.module_path).read_text(encoding="utf-8")
    operator = cosmic_ray.plugins.get_operator(change.operator_name)()
    changed = mutate_code(source, operator, change.occurrence)
    try:
        compile(changed or "", "changed", "exec")
    except SyntaxError:
        return False  # no program at all
    return changed not in {None, source}


def main() -> None:
    """Read what is wanted, go on with it or begin it, and tell the figure."""
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    # Workers hold it as well, so that none of an ended run changes what another runs on.
    with alone(ROOT / "var" / "mutants.lock", "changing the program"):
        sys.exit(_carry_out(asked))


def _carry_out(asked: argparse.Namespace) -> int:
    how = {"modules": asked.what, "sample": asked.sample, "seed": asked.seed}
    note = PLACE / "asked.json"
    if asked.fresh or not note.exists() or json.loads(note.read_text()) != how:
        _begin(modules(asked.what), asked.sample, asked.seed, asked.workers)
        note.write_text(json.dumps(how))
    with use_db(str(PLACE / "session.sqlite"), WorkDB.Mode.open) as work:
        again = _survivors(work) if asked.survivors else []
        _go_on(work, [*again, *work.pending_work_items], asked.seconds)
        return _report(work)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/mutants", description=__doc__)
    parser.add_argument("what", nargs="*", default=list(ROOMS), help="rooms of bot/, or files")
    parser.add_argument("--sample", type=int, metavar="N", help="draw so many places")
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same places")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="at a time")
    parser.add_argument("--seconds", type=float, default=60, help="tests for one change, at most")
    parser.add_argument("--survivors", action="store_true", help="try once more what survived")
    parser.add_argument("--fresh", action="store_true", help="begin anew, not where it stopped")
    return parser.parse_args()


def _begin(paths: list[Path], sample: int | None, seed: int, workers: int) -> None:
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split("\0")  # fmt: skip
    for file in filter(None, listed):
        if (ROOT / file).exists():
            copy = PLACE / "unchanged" / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / file, copy)
    for worker in range(workers):
        shutil.copytree(PLACE / "unchanged", PLACE / f"tree-{worker}")
    os.chdir(ROOT)
    with use_db(str(PLACE / "session.sqlite")) as work:
        init(paths, work, {})
        items = list(work.work_items)
        wanted = drawn(items, sample, seed)
        left_out = [item.job_id for item in items if item.job_id not in wanted]
        work.set_multiple_results(left_out, WorkResult(worker_outcome=WorkerOutcome.SKIPPED))
        print(f"{len(wanted)} of {len(items)} changes are tried.", flush=True)


def _go_on(work: WorkDB, pending: Sequence[WorkItem], most: float) -> None:
    touched = sorted({item.mutations[0].module_path for item in pending})
    unchanged = PLACE / "unchanged"
    reach = recorded(near(touched, unchanged), unchanged, REACH)
    trees = sorted(PLACE.glob("tree-*"))
    workers = len(trees)
    for path in touched:
        for tree in trees:  # where it was stopped in the middle of a change
            shutil.copyfile(unchanged / path, tree / path)
    pool = ProcessPoolExecutor(workers)
    try:
        jobs = {
            pool.submit(_try, item, _wanted(item, reach, most), trees): item for item in pending
        }
        for number, job in enumerate(as_completed(jobs), 1):
            result, item = job.result(), jobs[job]
            work.set_result(item.job_id, result)
            change = item.mutations[0]
            where = f"{change.module_path}:{change.start_pos[0]}"
            said = result.test_outcome.value if result.test_outcome else result.worker_outcome.value
            print(f"{number}/{len(jobs)} {said} {where} {change.operator_name}", flush=True)
    finally:
        pool.shutdown(cancel_futures=True)  # what is under way ends, and is put back


def _survivors(work: WorkDB) -> list[WorkItem]:
    """Return what survived, to be tried with the tests as they are now."""
    for tree in (PLACE / "unchanged", *PLACE.glob("tree-*")):
        shutil.copytree(ROOT / "tests", tree / "tests", dirs_exist_ok=True)
    done = work.completed_work_items
    return [item for item, result in done if result.test_outcome is TestOutcome.SURVIVED]


def _wanted(item: WorkItem, reach: Reach, most: float) -> list[str]:
    """Return the tests to be tried on a change: of those that run its line the cheapest."""
    change = item.mutations[0]
    source = (PLACE / "unchanged" / change.module_path).read_text(encoding="utf-8")
    found = reach.of(change.module_path, source, change.start_pos[0])
    first = near([change.module_path], PLACE / "unchanged", rooms=False)
    return cheapest(found, first, reach, most)


def _pytest(*tests: str) -> str:
    # One process, and nothing kept: a change lives as long as its run.
    return shlex.join([sys.executable, "-m", "pytest", *PLUGIN, "-x", *tests])


def _enter_a_tree(trees: Sequence[Path]) -> None:
    """Take a tree that no other worker has, and stay in it."""
    if Path.cwd() in trees:
        return
    for tree in trees:
        try:
            (tree / f"taken-{os.getppid()}").touch(exist_ok=False)
        except FileExistsError:
            continue
        os.chdir(tree)
        os.environ["PYTHONPATH"] = path_of(tree)
        return
    message = "more workers than trees: begin anew with --fresh"
    raise AssertionError(message)


def _fail_unchanged(work: WorkDB) -> set[str]:
    """Return the tests that noticed a change and fail without any, too: they notice nothing."""
    outputs = [result.output or "" for _, result in work.results if result.is_killed]
    noticed = {test for output in outputs for test in _NOTICED.findall(output)}
    # Where a module could not even be loaded, only that is tried: its tests may take long.
    loaded = {test for test in noticed if "::" not in test}
    failed: set[str] = set()
    for tests, more in ((noticed - loaded, ["-rfE"]), (loaded, ["-rfE", "--collect-only"])):
        if tests:
            command = [*shlex.split(_pytest(*sorted(tests))), "--maxfail=1000000", *more]
            done = subprocess.run(
                command, cwd=PLACE / "unchanged", check=False, capture_output=True, text=True,
                env={**os.environ, "PYTHONPATH": path_of(PLACE / "unchanged")},
            )  # fmt: skip
            failed |= {*_NOTICED.findall(done.stdout)}
    return failed


def _try(item: WorkItem, tests: Sequence[str], trees: Sequence[Path]) -> WorkResult:
    _enter_a_tree(trees)
    wanted = Path.cwd() / "wanted"
    wanted.write_text("\n".join(tests), encoding="utf-8")
    os.environ[WANTED] = str(wanted)
    files = dict.fromkeys(test.partition("::")[0] for test in tests)
    # What no test runs, none notices.
    command = _pytest(*files) if files else "true"
    return mutate_and_test(item.mutations, command, PATIENCE)


def _report(work: WorkDB) -> int:
    """Print each change that nothing noticed, and the figure by room; return the exit status."""
    rooms: dict[str, Counter[str]] = {}
    where = {item.job_id: item.mutations[0].module_path for item in work.work_items}
    broken = _fail_unchanged(work)
    for test in sorted(broken):
        print(f"fails without any change, what it noticed does not count: {test}")
    for job_id, result in sorted(work.results, key=lambda one: str(where[one[0]])):
        if result.worker_outcome is not WorkerOutcome.NORMAL:
            continue
        room = rooms.setdefault(where[job_id].parts[1], Counter())
        if broken & {*_NOTICED.findall(result.output or "")}:
            continue
        room["tried"] += 1
        if result.test_outcome is TestOutcome.SURVIVED:
            print(f"\n{result.diff}")
        else:
            room["killed"] += 1
    total = Counter[str]()
    for name, room in sorted(rooms.items()):
        total += room
        print(f"{name}: {room['killed']} of {room['tried']}")
    share = 100 * total["killed"] / max(1, total["tried"])
    print(f"All: {total['killed']} of {total['tried']}, {share:.0f} % (wanted: {GOAL} %)")
    return 0 if share >= GOAL else 1


if __name__ == "__main__":
    main()
