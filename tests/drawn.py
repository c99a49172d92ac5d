"""What is drawn by chance, left out of a text: a token can hold a short name."""

import re

# Long enough for no word, and shorter than any token: 16 bytes are 22 characters of base64url.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,}")


def without_tokens(text: str) -> str:
    """Return a text without its tokens, where a short marker could stand by chance.

    Three letters are in one of thirteen thousand tokens, and a page has several.
    """
    return _TOKEN.sub(" ", text)
