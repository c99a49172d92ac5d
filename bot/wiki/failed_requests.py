"""What a request that failed on its way means: it did not set out, or it may have arrived.

Judged by the kinds of the errors alone, and never by their words: those can hold what came back.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from http import HTTPStatus

import requests
import requests.adapters
import urllib3.exceptions as under

from bot.wiki.errors import NoAnswerError, WikiDownError, WikiError

_MOVED = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND})
"""What is posted to such an address goes on as a question without what was posted."""


def failure_of(error: OSError) -> WikiError:
    """Return what an error of the library tells: only what surely did not set out is "down"."""
    if (why := _never_sent(error)) is not None:
        return WikiDownError(why)
    match error:
        case requests.exceptions.ConnectionError():
            return NoAnswerError("connection-lost")
        case requests.exceptions.Timeout():
            return NoAnswerError("timeout")
        case requests.exceptions.RequestException():
            return NoAnswerError(type(error).__name__)
    return NoAnswerError("connection-lost")


def was_sent_on(response: requests.Response) -> bool:
    """Say whether what was posted was answered with another address, where nothing of it came."""
    return any(one.status_code in _MOVED for one in response.history)


def _never_sent(error: OSError) -> str | None:
    """Say why a request has not even begun; None: it may have arrived."""
    if isinstance(error, requests.exceptions.TooManyRedirects):
        return "redirected"
    if _is_about_files(error):
        return "certificates-missing"
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return "certificate"
            case under.NewConnectionError():
                return "no-connection"
            case under.ConnectTimeoutError():
                return "connect-timeout"
            # That of a proxy by itself says nothing: it also stands around an answer that is lost.
            case OSError() if _is_tunnel_refused(cause):
                return "no-proxy"
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """List what an error was made of: what the library wraps, and nothing that went before."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        parts = (*one.args, getattr(one, "reason", None), one.__cause__)
        waiting += [part for part in parts if isinstance(part, BaseException)]


def _is_about_files(error: OSError) -> bool:
    """Know the library's own error of a file of certificates that is not where it is told to be."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    raised_by = None if trace is None else trace.tb_frame.f_globals.get("__name__")
    return type(error) is OSError and raised_by == requests.adapters.__name__


def _is_tunnel_refused(error: OSError) -> bool:
    """Know a proxy's refusal to open a way to the wiki, before anything was sent through it."""
    words = str(error.args[0]) if error.args else ""
    return type(error) is OSError and words.startswith("Tunnel connection failed:")
