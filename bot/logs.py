"""The log: what we say, with references and names of outcomes; never what a library says.

Libraries tell in their logs, warnings and tracebacks what they send and were given, and that is
what people wrote. So of everything that is not ours only who spoke, how loudly and from where
reaches the log. What we say ourselves is looked through once more, as a second line.
"""

from __future__ import annotations

import http.client
import logging
import re
import sys
import threading
from collections.abc import Mapping
from typing import Any, TextIO

from bot.faults import kind_and_place

OURS = "peer-support"
_REDACTED = "[redacted]"
# Links and tokens, sealed text, mail addresses: none of them has a place in a log.
_NEVER = re.compile(
    r"/(?:offer|case|status|me|ask|join|desk)/[\w-]{8,}"
    r"|(?<![\w.-])[\w-]{22,}(?![\w.-])"
    r"|[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"
)
_A_NAME = re.compile(r"[a-z.:_-]+|[A-Z_]+|[A-Za-z]+(?:[_-][A-Za-z]+)+")


def fields(**values: object) -> str:
    """Write what happened as `name=value`, in the order given; what is None is left out."""
    return " ".join(f"{name}={value}" for name, value in values.items() if value is not None)


def redact(text: str) -> str:
    """Take out what looks like a link, a token, sealed text or a mail address, and line breaks."""
    return _NEVER.sub(_redacted, text).replace("\n", " ").replace("\r", " ")


def _redacted(found: re.Match[str]) -> str:
    # Names of outcomes and of modules can be long, and are of letters and single dashes.
    text = found[0]
    return text if _A_NAME.fullmatch(text) and not text.startswith("/") else _REDACTED


class _Line(logging.Formatter):
    """One line a record, without anything that a library or an exception has to say."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        said = redact(record.getMessage()) if record.name == OURS else _of_library(record)
        if record.exc_info and record.exc_info[1] is not None:
            said += f" ({kind_and_place(record.exc_info[1])})"
        return f"{self.formatTime(record)} {record.levelname} {said}"


def _of_library(record: logging.LogRecord) -> str:
    return f"{record.name} has something to say, at {record.module}:{record.lineno}"


def begin(level: str, stream: TextIO = sys.stderr) -> None:
    """Log to this stream from now on; `level` is for what we say, libraries only ever warn."""
    logging.raiseExceptions = False  # it would print the arguments of a line it cannot write
    _take_root(stream)
    logging.captureWarnings(capture=True)
    named = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    logging.getLogger(OURS).setLevel(named)
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _in_thread


def hush() -> None:
    """Undo what a settings file has turned on: every library's own handlers, levels and prints."""
    if sys.excepthook is _uncaught:  # otherwise this is a test, or somebody else's program
        _take_root(sys.stderr)
    for name, logger in logging.root.manager.loggerDict.items():
        if isinstance(logger, logging.Logger) and not name.startswith(OURS):
            logger.handlers = []
            logger.setLevel(logging.WARNING)
            logger.propagate = True
    http.client.HTTPConnection.debuglevel = 0  # it prints each request with its body


def _take_root(stream: TextIO) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Line())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)


def _uncaught(_kind: type[BaseException], error: BaseException, _trace: Any) -> None:
    logging.getLogger(OURS).critical("ended by a fault of ours: %s", kind_and_place(error))


def _unraisable(told: Any) -> None:
    logging.getLogger(OURS).error("a fault while tidying up: %s", kind_and_place(told.exc_value))


def _in_thread(told: threading.ExceptHookArgs) -> None:
    logging.getLogger(OURS).critical(
        "a thread ended by a fault of ours: %s", kind_and_place(told.exc_value)
    )


def counted(counts: Mapping[str, int]) -> str:
    """Write counts as `name=value`, by name."""
    return fields(**dict(sorted(counts.items())))
