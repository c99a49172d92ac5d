"""Whoever leaves `setup`, or however it dies: nothing stays, and the password is seen nowhere."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from stage.terminal import CTRL_C, END, Talk
from tests.wiki.setting_up import Bare, answer_all, wait_until

A_MOMENT = 0.5
"""Nobody is quicker; a key pressed while a question is still being written may be lost."""
pytestmark = pytest.mark.timeout(600)


def at_the_wiki(talk: Talk, _bare: Bare) -> None:
    """Stand at the first question."""
    talk.wait_for("Wiki: ")
    time.sleep(A_MOMENT)


def at_the_password(talk: Talk, bare: Bare) -> None:
    """Stand where the answer is hidden."""
    talk.answer("Wiki", str(bare.sandbox.facts["api"]))
    talk.answer("Account", bare.log_in)
    talk.wait_for("Bot password: ")
    time.sleep(A_MOMENT)


def in_a_trial(talk: Talk, bare: Bare) -> None:
    """Be in the middle of logging in, Pywikibot's files just written."""
    at_the_password(talk, bare)
    talk.type(bare.secret)
    wait_until(lambda: bool(list(bare.temporary.glob("*/user-password.py"))))


def at_the_end(talk: Talk, bare: Bare) -> None:
    """Stand before the files are written."""
    answer_all(talk, bare)
    talk.wait_for("Write them?")
    time.sleep(A_MOMENT)


@pytest.mark.parametrize(
    ("place", "key"),
    [
        (at_the_wiki, CTRL_C),
        (at_the_wiki, END),
        (at_the_password, CTRL_C),
        (at_the_password, END),
        (in_a_trial, CTRL_C),
        (at_the_end, CTRL_C),
    ],
)
def test_who_leaves_finds_all_as_it_was(
    bare: Bare, place: Callable[[Talk, Bare], None], key: str
) -> None:
    """Ctrl-C, or the end of what is typed, at a question or in a trial: nothing stays."""
    with bare.talk() as talk:
        place(talk, bare)
        talk.press(key)
        assert talk.end() == 1
    assert "nothing has been written" in talk.said
    assert "Traceback" not in talk.said
    assert not list(bare.folder.iterdir())
    wait_until(lambda: not list(bare.temporary.iterdir()))
    assert not bare.holding(bare.secret)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_killed_in_a_trial(bare: Bare, number: signal.Signals) -> None:
    """However it dies, the child ends by itself and takes the password with it."""
    with bare.talk() as talk:
        in_a_trial(talk, bare)
        talk.kill(number)
        wait_until(lambda: not list(bare.temporary.iterdir()))
    assert not list(bare.folder.iterdir())


def test_the_password_is_in_no_process(bare: Bare) -> None:
    """Neither on a command line nor in an environment; and where it lies nobody else can look."""
    looked = 0
    shown: set[str] = set()
    loose: set[str] = set()
    ended = threading.Event()

    def watch() -> None:
        nonlocal looked
        while not ended.is_set():
            for name in ("cmdline", "environ"):
                for file in Path("/proc").glob(f"[0-9]*/{name}"):
                    with suppress(OSError):  # it has ended
                        looked += 1
                        if bare.secret.encode() in file.read_bytes():
                            shown.add(name)
            for one in bare.temporary.glob("peer-support-setup-*"):
                for file in (one, *one.glob("user-*.py")):
                    with suppress(OSError):
                        loose.update({file.name} if file.stat().st_mode & 0o077 else ())

    with bare.talk() as talk:
        at_the_password(talk, bare)
        watching = threading.Thread(target=watch)
        watching.start()
        talk.type(bare.secret)
        talk.wait_for("Coordinators")
        ended.set()
        watching.join()
    assert looked
    assert (shown, loose) == (set(), set())
