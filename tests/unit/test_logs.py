"""The log holds what we say, and nothing of what people wrote, whoever tries to say it."""

from __future__ import annotations

import http.client
import io
import logging
import subprocess
import sys
import warnings

import pytest

from bot import logs

MARK = "MARKER-words-of-hers"


@pytest.fixture
def log() -> io.StringIO:
    """Give the log as it would stand in a file."""
    stream = io.StringIO()
    logs.begin("DEBUG", stream)
    return stream


def test_ours_is_one_line_with_its_level(log: io.StringIO) -> None:
    """What we say stands there, at every level that was asked for."""
    logging.getLogger(logs.OURS).debug("deliver: %s", logs.fields(case="K7QF9M2D", code="success"))
    assert log.getvalue().endswith(" DEBUG deliver: case=K7QF9M2D code=success\n")


@pytest.mark.parametrize("name", ["urllib3.connectionpool", "pywiki", "sqlalchemy.engine", "x", ""])
def test_a_library_is_named_and_never_quoted(
    log: io.StringIO, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A warning of a library's says who and where; what is less than a warning is not there."""
    logger = logging.getLogger(name or None)
    # Where Pywikibot was loaded in this process, it was silenced altogether.
    monkeypatch.setattr(logger, "propagate", True)
    logger.debug(MARK)
    logger.info("%s", MARK)
    assert log.getvalue() == ""
    logger.warning("Retrying after %s", MARK)
    try:
        raise ValueError(MARK)
    except ValueError:
        logger.exception(MARK)
    assert MARK not in log.getvalue()
    assert log.getvalue().count("has something to say, at test_logs:") == 2
    assert "ValueError at " in log.getvalue()


def test_a_warning_is_not_quoted(log: io.StringIO) -> None:
    """Python's own warnings can hold a value."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(MARK, UserWarning, stacklevel=1)
    assert MARK not in log.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "https://desk.example/offer/q83vASNFZ4mrze8BI0VniQ",
        "/status/q83vASNFZ4mrze8BI0VniQ",
        "token q83vASNFZ4mrze8BI0VniQ",
        "to rosa@mail.example",
        "sealed BPlQhE3TLv1F0aXrzvQXZ5nD2v0G4VYjO7lCq6lI",
    ],
)
def test_what_never_belongs_there_is_taken_out(log: io.StringIO, text: str) -> None:
    """A second line: a link, a token, sealed text or an address of ours would be redacted."""
    logging.getLogger(logs.OURS).error("it went to %s\nor so", text)
    [line] = log.getvalue().splitlines()
    assert "[redacted]" in line
    assert text.rsplit(maxsplit=1)[-1].rsplit("/", 1)[-1] not in line


@pytest.mark.parametrize(
    "text",
    [
        "take_in: a revision was set aside: RuntimeError at bot.steps.page_messages:112",
        "deliver: mail=handed-back case=K7QF9M2D outcome=NotEmailable code=nowikiemailtext",
        "internal_api_error_DBReadOnlyError",
        "http://127.0.0.1:8300",
    ],
)
def test_what_we_say_is_left_as_it_is(log: io.StringIO, text: str) -> None:
    """Names of outcomes, codes of the wiki, places in the program are no tokens."""
    logging.getLogger(logs.OURS).error("%s", text)
    assert log.getvalue().endswith(f" ERROR {text}\n")


def test_a_settings_file_can_not_turn_logging_on(
    log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    """Handlers, levels and the printing of requests that it has set are gone afterwards."""
    mine = io.StringIO()
    library = logging.getLogger("urllib3")
    library.addHandler(logging.StreamHandler(mine))
    library.setLevel(logging.DEBUG)
    logging.basicConfig(level=1, stream=mine, force=True)
    http.client.HTTPConnection.debuglevel = 1
    logs.hush()
    library.debug(MARK)
    library.error(MARK)
    assert http.client.HTTPConnection.debuglevel == 0
    said = capsys.readouterr()
    assert MARK not in log.getvalue() + mine.getvalue() + said.out + said.err
    assert "urllib3 has something to say" in said.err


CRASHES = {
    "the main thread": "raise ValueError(mark)",
    "a thread": "import threading as t; x = t.Thread(target=int, args=[mark]); x.start(); x.join()",
    "a destructor": "Bad = type('Bad', (), {'__del__': lambda self: int(mark)}); Bad()",
    "a line that cannot be written": "import logging; logging.getLogger('a').error('%d', mark)",
}


@pytest.mark.parametrize("name", CRASHES)
def test_a_crash_prints_no_content(name: str) -> None:
    """Wherever it breaks, the kind and the place are told, and no value."""
    code = f"from bot import logs; logs.begin('DEBUG'); mark = {MARK!r}\n{CRASHES[name]}\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert MARK not in done.stdout + done.stderr
    assert len(done.stderr.splitlines()) == 1
