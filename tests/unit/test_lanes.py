"""Parts side by side: each command's words in one piece, what failed by name, and what is left."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stage import ground, lanes, testing
from stage.ground import Npm
from stage.lanes import Command, Far, line
from tests.progress import Estimate, known_seconds

ROOT = Path(__file__).resolve().parents[2]


def _command(called: str, script: str, folder: Path) -> Command:
    return Command(called, [sys.executable, "-c", script], folder)


def test_each_says_its_words_in_one_piece_and_failures_are_named(tmp_path: Path) -> None:
    """Two lanes at once do not mix; a command after one that failed still runs."""
    twice = "import time; print('{0} one', flush=True); time.sleep(.3); print('{0} two')"
    first = [
        _command("a", twice.format("a"), tmp_path),
        _command("bad", "import sys; print('oh', file=sys.stderr); sys.exit(3)", tmp_path),
        _command("after", "print('and yet')", tmp_path),
    ]
    second = [_command("b", twice.format("b"), tmp_path)]
    out = io.StringIO()
    failed = lanes.run([first, second], tmp_path / "took", out)
    assert [command.called for command in failed] == ["bad"]
    said = out.getvalue()
    for piece in ("a one\na two", "b one\nb two", "oh", "and yet"):
        assert piece in said


def test_both_lanes_run_at_once(tmp_path: Path) -> None:
    """Each waits for the other: one after the other, neither would end."""
    meet = (
        "import pathlib, time; pathlib.Path('{0}').touch(); end = time.monotonic() + 30\n"
        "while not pathlib.Path('{1}').exists(): assert time.monotonic() < end; time.sleep(.05)"
    )
    pair = [[_command(a, meet.format(a, b), tmp_path)] for a, b in ("xy", "yx")]
    assert lanes.run(pair, tmp_path / "took", io.StringIO()) == []


@pytest.mark.parametrize(
    ("running", "waiting", "says"),
    [
        ([("unit", Far(total=10, ended=4, left=200.0))], [], "unit 6 of 10 left · about 3 min"),
        ([("lint", Far()), ("wiki", Far(9, 9, (), 0.0))], [], "lint · wiki 0 of 9 left"),
        (
            [("unit", Far(10, 1, ("a::b",), 45.0))],
            ["faults"],
            "unit 9 of 10 left, 1 failed · then faults · more than 45 s",
        ),
    ],
)
def test_the_line_says_what_is_left(
    running: list[tuple[str, Far]], waiting: list[str], says: str
) -> None:
    """Tests and time, as far as they are known."""
    assert line(running, waiting) == says


def test_time_that_is_left_goes_by_what_files_take() -> None:
    """Nine quick tests done of ten are not nine tenths."""
    tests = [f"quick.py::test_{number}" for number in range(9)] + ["slow.py::test"]
    estimate = Estimate(tests, {"quick.py": 9.0, "slow.py": 91.0})
    assert estimate.left(0.0) is None
    for test in tests[:9]:
        estimate.end(test)
    assert estimate.left(18.0) == pytest.approx(182.0)
    estimate.end("slow.py::test")
    assert estimate.left(200.0) == 0.0


def test_a_run_tells_how_far_it_is_and_what_its_files_took(tmp_path: Path) -> None:
    """A real pytest: the test that failed is named at once, and the seconds are left in a file."""
    (tmp_path / "test_two.py").write_text(
        "def test_good(): pass\ndef test_bad(): assert False\n", encoding="utf-8"
    )
    words = ["-m", "pytest", "-p", "tests.progress", "-q", "--rootdir", str(tmp_path)]
    words += ["-c", str(tmp_path / "none.ini"), "-p", "no:cacheprovider", str(tmp_path)]
    (tmp_path / "none.ini").write_text("[pytest]\n", encoding="utf-8")
    out = io.StringIO()
    [failed] = lanes.run([[Command("two", [sys.executable, *words], ROOT)]], tmp_path / "took", out)
    assert failed.called == "two"
    assert "FAILED test_two.py::test_bad" in out.getvalue()
    assert "1 failed, 1 passed" in out.getvalue()
    assert set(json.loads((tmp_path / "took").read_text("utf-8"))) == {"test_two.py"}


def _run(*asked: str) -> list[str]:
    npm = Npm(("npm",), {})
    return [str(one) for lane in testing._lanes("python", npm, list(asked)) for one in lane]


def test_every_test_is_in_a_part_and_in_the_whole() -> None:
    """The whole leaves nothing out by a mark; unit and mariadb are the two halves of a folder."""
    whole = " ".join(_run(*testing.PARTS))
    for folder in sorted(path.name for path in (ROOT / "tests").iterdir() if path.is_dir()):
        if any((ROOT / "tests" / folder).rglob("test_*.py")):
            assert f"tests/{folder}" in whole
    assert " -m not mariadb" not in whole
    assert " -m mariadb" not in whole
    [unit], [server] = _run("unit"), _run("mariadb")
    assert unit.endswith("-m not mariadb tests/unit")
    assert server.endswith("-m mariadb tests/unit")
    both = " ".join(_run("unit", "faults"))
    assert "-m not mariadb tests/unit" in both
    assert "tests/faults" in both
    assert all(folder in both for folder in testing.ATTACKS.values())


def test_unit_installs_no_database_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it does not use is not there: no server, no browser, no imitated container."""
    laid: list[str] = []
    for name in ("browser", "mariadb", "container"):
        monkeypatch.setattr(ground, name, lambda name=name: laid.append(name))
    testing._lay_ground(["unit", "lint", "gadget"])
    assert laid == []
    testing._lay_ground(["mariadb"])
    assert laid == ["mariadb"]
    testing._lay_ground(list(testing.PARTS))
    assert set(laid) == {"browser", "mariadb", "container"}


def test_what_is_known_of_files_is_of_files_that_are_there() -> None:
    """An estimate may be old, but not of what is gone."""
    gone = [file for file in known_seconds() if not (ROOT / file).exists()]
    assert gone == []


def test_who_is_stopped_takes_down_what_it_has_put_up(tmp_path: Path) -> None:
    """Ctrl-C reaches everybody: a command gets the time to tidy up, and nothing runs on."""
    there = tmp_path / "put-up"
    script = (
        f"import pathlib, time; there = pathlib.Path({str(there)!r}); there.touch()\n"
        "try: time.sleep(60)\nexcept KeyboardInterrupt: time.sleep(0.5); there.unlink()"
    )
    starter = (
        "import sys; from pathlib import Path; from stage import lanes\n"
        f"one = lanes.Command('one', [sys.executable, '-c', {script!r}], Path('.'))\n"
        f"lanes.run([[one]], Path({str(tmp_path / 'took')!r}))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", starter],
        env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 30
    while not there.exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    process.wait(30)
    assert not there.exists()
