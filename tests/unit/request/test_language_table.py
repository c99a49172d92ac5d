"""The list of the names of languages: what CLDR says, found by name, and cheap to keep."""

from __future__ import annotations

import subprocess
import sys

import babel
import pytest

from bot.request.language_names import code_of
from bot.request.vocabulary import LANGUAGES
from stage.language_table import DRAWN_WITH, FILE, drawn
from stage.sandbox import ROOT

MOST_APART = 0.25
MEND = "Draw the list anew with `python -m stage.language_table`, and set its DRAWN_WITH."


@pytest.fixture(scope="module")
def fresh() -> list[bytes]:
    """Give the list as drawn from the CLDR that is installed."""
    return drawn().splitlines()


def test_it_is_what_cldr_says(fresh: list[bytes]) -> None:
    """All that its own Babel says is in it, beside names that only an earlier one had.

    With another Babel it is near enough: CLDR changes a twentieth of the names in half a year, and
    a new one must fail nobody's tests.
    """
    kept = FILE.read_bytes().splitlines()
    assert kept == sorted(kept)
    if babel.__version__.startswith(f"{DRAWN_WITH}."):
        assert {*fresh} <= {*kept}, MEND
    assert len({*kept} ^ {*fresh}) <= MOST_APART * len(fresh), MEND


def test_every_name_in_it_is_found() -> None:
    """Looking by halves misses none: not the first, not the last, and none between."""
    lines = FILE.read_text("utf-8").splitlines()
    places = {0, 1, len(lines) // 2, len(lines) - 2, len(lines) - 1, *range(0, len(lines), 97)}
    for place in sorted(places):
        name, code = lines[place].split("\t")
        if len(name) > 3:  # shorter ones may be codes themselves
            assert code_of(name) in {code, LANGUAGES.get(name)}, name
    assert (code_of("Französisch"), code_of("ドイツ語"), code_of("giappunisi")) == (
        "fr",
        "de",
        "ja",
    )
    assert code_of("意大利文") == "it"  # as of CLDR 47; the next one does without
    assert code_of("no language at all") is code_of("zzzzzz") is None


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *(
            ("xx-nope", None),
            ("de-nope", "de"),
            ("de-rosa-was-here", "de"),
            ("roa-tara", "roa-tara"),
        ),
        *(
            ("map-bms", "map-bms"),
            ("sr-ec", "sr-ec"),
            ("be-x-old", "be-tarask"),
            ("check-in", None),
        ),
    ],
)
def test_codes_that_are_typed(typed: str, code: str | None) -> None:
    """Of a code what is known is kept; codes of MediaWiki's own are known whole."""
    assert code_of(typed) == code


def test_reading_a_name_loads_no_other_language() -> None:
    """The worker would keep each of CLDR's languages that is loaded: 170 MB for all of them."""
    code = (
        "from babel import localedata\n"
        "from bot.request.language_names import find_languages\n"
        "assert find_languages('Französisch, ドイツ語') == ('fr', 'de')\n"
        "loaded = set(localedata._cache)\n"
        "assert loaded <= {'en', 'root'}, loaded\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
