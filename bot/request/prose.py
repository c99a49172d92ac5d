"""Words on the page that are in none of our templates: somebody may be asking for help there."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from bot.request.signature import strip_signature
from bot.request.templates import Place

_OURS_TOO: Final = re.compile(r"\{\{[\s_]*+peer[\s_]++support\b[^{}]*+\}\}", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_WORD: Final = re.compile(r"[^\W_]+")


def visible_words(text: str, places: Iterable[Place]) -> Counter[str]:
    """Count the words outside our templates, comments, tags and signatures.

    Compared as counts, a removal or a move adds nothing, and the comparison stays linear.
    """
    rest = _OURS_TOO.sub("", drop_comments("\n".join(_outside(text, places))))
    words: Counter[str] = Counter()
    for line in filter(None, rest.splitlines()):
        words.update(_WORD.findall(_TAG.sub(" ", strip_signature(line))))
    return words


def drop_comments(text: str) -> str:
    """Leave out comments that are closed: an open one must not hide the rest of a page."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[at:start])
        at = end + len("-->")
    return "".join([*kept, text[at:]])


def _outside(text: str, places: Iterable[Place]) -> Iterator[str]:
    at = 0
    for place in places:
        yield text[at : place.start]
        at = place.end
    yield text[at:]
