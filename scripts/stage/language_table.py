"""Drawing bot/request/language_names.tsv from CLDR: `python -m stage.language_table`.

Whoever reads a request must know German by all its names. Reading them from CLDR takes seconds, and
35 MB that a process keeps: so it is done here, and what comes of it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from babel import Locale, localedata

from bot.languages import is_language_code, written_today
from bot.request.folding import fold
from bot.request.language_names import TABLE
from stage.sandbox import ROOT

FILE = ROOT / "bot" / "request" / TABLE
DRAWN_WITH: Final = "2.19"
"""The Babel, and so the CLDR, that the kept list is from: to be set whenever it is drawn anew."""
# A name may stand for several languages; the reading that most of CLDR's readers share wins, and
# among them English and the language's own name for itself count for more than all the rest.
_WEIGHT_ENGLISH: Final = 10_000
_WEIGHT_OWN: Final = 3_000
_WEIGHT_OTHER: Final = 1
# A country's variety, whose names are those of the language.
_OF_A_COUNTRY = re.compile(r"_(?:[A-Z]{2}|\d{3})(?:_|$)")


def drawn() -> bytes:
    """Give every name of every language in every language, each line a name and a code, sorted."""
    votes: dict[str, dict[str, int]] = {}
    for reader in filter(
        lambda one: not _OF_A_COUNTRY.search(one), localedata.locale_identifiers()
    ):
        for key, name in _names(reader):
            # A country's variety is helped by whoever speaks the language: the base is what counts.
            code = written_today(key.partition("_")[0])
            if not is_language_code(code):
                continue
            heard = votes.setdefault(fold(name), {})
            weight = _WEIGHT_OTHER
            if reader == "en":
                weight = _WEIGHT_ENGLISH
            elif reader.partition("_")[0] == key.partition("_")[0]:
                weight = _WEIGHT_OWN
            heard[code] = heard.get(code, 0) + weight
    lines = (
        f"{name}\t{max(sorted(heard), key=heard.__getitem__)}\n".encode()
        for name, heard in votes.items()
    )
    return b"".join(sorted(lines))


def _names(reader: str) -> Iterator[tuple[str, str]]:
    for key, name in Locale.parse(reader).languages.items():
        yield str(key), str(name)


def with_earlier(fresh: bytes, kept: bytes) -> bytes:
    """Add the names that an earlier CLDR had: whoever learnt one goes on writing it."""
    known = {line.partition(b"\t")[0] for line in fresh.splitlines()}
    earlier = [line for line in kept.splitlines() if line.partition(b"\t")[0] not in known]
    return b"".join(line + b"\n" for line in sorted([*fresh.splitlines(), *earlier]))


if __name__ == "__main__":
    FILE.write_bytes(with_earlier(drawn(), FILE.read_bytes()))
