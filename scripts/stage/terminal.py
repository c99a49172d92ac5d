"""A program in a terminal of its own: what it says is read, and what somebody types comes to it."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 60
CTRL_C, END = "\x03", "\x04"
_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Talk:
    """A conversation with a program; `said` is all that stood on the screen."""

    def __init__(self, process: int, screen: int) -> None:
        self.process = process
        self.said = ""
        self._screen = screen
        self._read = 0

    def wait_for(self, words: str, seconds: float = PATIENCE) -> str:
        """Wait until these words are said, and give what was said before them since the last."""
        end = time.monotonic() + seconds
        while (at := self.said.find(words, self._read)) < 0:
            if time.monotonic() > end or not self._listen(0.2):
                message = f"waited for {words!r} after: {self.said[self._read :]}"
                raise AssertionError(message)
        before, self._read = self.said[self._read : at], at + len(words)
        return before

    def type(self, line: str = "") -> None:
        """Type a line, and Enter."""
        self.press(line + "\n")

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._screen, keys.encode())

    def answer(self, prompt: str, line: str = "") -> str:
        """Wait for a question and answer it; return what was said before it.

        Its lines are joined, without colours: where they break is the terminal's affair.
        """
        before = self.wait_for(f"{prompt}")
        self.wait_for(": ")
        time.sleep(0.1)  # a hidden answer is hidden from when the question stands there
        self.type(line)
        return " ".join(_CODES.sub("", before).split())

    def end(self, seconds: float = PATIENCE) -> int:
        """Read until the program ends, and give its exit code."""
        end = time.monotonic() + seconds
        while self._listen(0.2):
            if time.monotonic() > end:
                message = f"it did not end: {self.said[self._read :]}"
                raise AssertionError(message)
        _, status = os.waitpid(self.process, 0)
        self.process = 0
        return os.waitstatus_to_exitcode(status)

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End it from outside."""
        os.kill(self.process, number)

    def _listen(self, seconds: float) -> bool:
        """Read what there is; False when the program has hung up."""
        ready, _, _ = select.select([self._screen], [], [], seconds)
        if not ready:
            return True
        try:
            heard = os.read(self._screen, 65536)
        except OSError:
            return False
        self.said += heard.decode(errors="replace").replace("\r\n", "\n")
        return bool(heard)


@contextmanager
def talking(words: Sequence[str], environ: Mapping[str, str], folder: Path) -> Iterator[Talk]:
    """Start a program in a terminal; it is killed if it still runs at the end."""
    process, screen = pty.fork()
    if process == 0:  # pragma: no cover - the program itself
        try:
            # A test that runs in the background ignores Ctrl-C, and its children would, too.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.chdir(folder)
            os.execve(words[0], list(words), dict(environ))  # noqa: S606 - in our own child
        finally:
            os._exit(127)
    talk = Talk(process, screen)
    try:
        yield talk
    finally:
        if talk.process:
            talk.kill()
            os.waitpid(talk.process, 0)
        os.close(screen)
