"""How a call to the wiki can fail; apart from Pywikibot, so that anybody can name these."""

from __future__ import annotations

import re

_CODE = re.compile(r"[A-Za-z0-9_\-]{1,60}")


def safe_code(code: object) -> str:
    """Give a code as the wiki wrote it, if it is one: anything else could be anybody's words."""
    text = str(code)
    return text if _CODE.fullmatch(text) else "unknown"


class WikiError(Exception):
    """A call to the wiki did not do what it was for; `code` is safe to log and to print."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class WikiDownError(WikiError):
    """The wiki was not reached, or did not take the request: nothing has happened there."""


class NoAnswerError(WikiError):
    """The request went out and no answer can be read: what happened there is unknown."""


class ApiError(WikiError):
    """The wiki read the request and refused it; `code` is the API's own."""

    def __init__(self, code: str, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.retry_after = retry_after
