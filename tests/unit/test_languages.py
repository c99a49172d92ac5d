"""Languages are coded, named, turned and replaced as MediaWiki does it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.languages import (
    direction,
    fallback_chain,
    is_language_code,
    known_code,
    language_name,
    language_of,
    meant_code,
    nearest_code,
    pick_label,
    shared_language,
    written_today,
)

LABELS = {"en": "alone", "de": "allein", "zh-hant": "孤單", "pt": "só"}


@pytest.mark.parametrize(
    ("code", "chain"),
    [
        ("en", ("en",)),
        ("fr", ("fr", "en")),
        ("de-at", ("de-at", "de", "en")),
        ("gsw", ("gsw", "de", "en")),
        ("nds", ("nds", "de", "en")),
        ("dsb", ("dsb", "hsb", "de", "en")),
        ("zh-tw", ("zh-tw", "zh-hant", "zh-hans", "en")),
        ("pt-br", ("pt-br", "pt", "en")),
        ("pt", ("pt", "pt-br", "en")),
        ("be-tarask", ("be-tarask", "be", "en")),
        ("be-x-old", ("be-x-old", "be-tarask", "be", "en")),
        ("ca", ("ca", "oc", "en")),
        ("no", ("no", "nb", "en")),
        ("en-gb", ("en-gb", "en")),
        ("simple", ("simple", "en")),
        ("fr-ca", ("fr-ca", "fr", "en")),
        ("xyz", ("xyz", "en")),
    ],
)
def test_fallback_chains(code: str, chain: tuple[str, ...]) -> None:
    """A missing text is replaced along MediaWiki's own chain, and at last by the English one."""
    assert fallback_chain(code) == chain


@given(st.from_regex(r"[a-z]{2,3}(-[a-z0-9]{1,8}){0,3}", fullmatch=True))
def test_every_chain_ends_in_english(code: str) -> None:
    """Every chain begins with the language asked for, ends in English, and repeats none."""
    chain = fallback_chain(code)
    assert (chain[0], chain[-1]) == (code, "en")
    assert len(set(chain)) == len(chain)


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("de", "allein"),
        ("bar", "allein"),
        ("zh-hk", "孤單"),
        ("pt-br", "só"),
        ("ar", "alone"),
    ],
)
def test_pick_label(code: str, label: str) -> None:
    """A reader gets the label in their language, or in the nearest that there is."""
    assert pick_label(LABELS, "alone-id", code) == label


def test_an_id_without_labels_is_its_own_label() -> None:
    """An id without labels, or with none a reader could have, stands for itself."""
    assert pick_label({}, "stress", "de") == "stress"
    assert pick_label({"fr": "le stress", "en": ""}, "stress", "de") == "stress"


@pytest.mark.parametrize("code", ["en", "de-at", "zh-hans", "be-tarask", "map-bms", "es-419", "no"])
def test_language_codes(code: str) -> None:
    """Codes as MediaWiki writes them are language codes."""
    assert is_language_code(code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "d",
        "german",
        "EN",
        "de_AT",
        "de-",
        "-de",
        "de--at",
        "de\n",
        "qqq",
        "und",
        "de-a-b-c-d",
        "а",  # Cyrillic
        "de-toolongapart",
        "a" * 10_000,
    ],
)
def test_no_language_codes(code: str) -> None:
    """Names, capitals, underscores, other scripts and MediaWiki's own pseudo-codes are none."""
    assert not is_language_code(code)


MEDIAWIKI = (
    "als bat-smg bcl be-tarask be-x-old bh cbk-zam crh-ro de-formal diq eml en-gb es-419 fat "
    "fiu-vro gom-latn ike-cans isv-cyrl kk-cn knc ko-kp map-bms mo nah nan-latn-pehoeji nds-nl "
    "nl-informal no pap-aw pnb roa-rup roa-tara ruq-cyrl se-fi sh-latn shi-tfng sr-ec sr-el tay "
    "tly-cyrl zh-hans zh-hant zh-min-nan zh-my zh-yue"
)


@pytest.mark.parametrize("code", [*MEDIAWIKI.split(), "de-1996", "tzo", "zh-hans-cn"])
def test_known_codes(code: str) -> None:
    """MediaWiki's own, every language of ISO 639-3, with script, territory and variant."""
    assert known_code(code) == code


@pytest.mark.parametrize(
    ("code", "nearest", "meant"),
    [
        ("simple", "en", "en"),
        ("zh-classical", "lzh", "lzh"),
        ("xx-nope", None, None),
        ("qzz", None, None),
        ("qqx", None, None),
        ("de-nope", "de", "de"),
        ("de-at-nope-nope", "de-at", "de-at"),
        ("DE", None, "de"),
        ("pt_BR", None, "pt-br"),
        ("deu", None, "de"),
        ("ger-at", None, "de-at"),
        ("", None, None),
    ],
)
def test_codes_that_are_near(code: str, nearest: str | None, meant: str | None) -> None:
    """What is known of a code, and what somebody meant who wrote it otherwise."""
    assert (nearest_code(code), meant_code(code)) == (nearest, meant)


@given(st.text(max_size=40))
def test_a_near_code_is_a_known_one(text: str) -> None:
    """Whatever is typed, a code that is proposed can be taken."""
    for found in (nearest_code(text), meant_code(text)):
        assert found is None or known_code(found) == found


@pytest.mark.parametrize(
    ("code", "reader", "name"),
    [
        ("de", "en", "German"),
        ("de", "de", "Deutsch"),
        ("de", "bar", "Deutsch"),
        ("de", "zz-unknown", "German"),
        ("pt-br", "en", "Brazilian Portuguese"),
        ("zh-hant", "en", "Traditional Chinese"),
        ("be-tarask", "en", "Belarusian (be-tarask)"),
        ("ar", "fr", "arabe"),
        ("xqx", "en", "xqx"),
    ],
)
def test_language_name(code: str, reader: str, name: str) -> None:
    """A language is named in the reader's language where CLDR can, and by its code where not."""
    assert language_name(code, reader) == name


@given(st.text(max_size=20), st.text(max_size=20))
def test_language_name_of_anything(code: str, reader: str) -> None:
    """Whatever is asked for, a name comes back: it is shown on pages people need."""
    assert isinstance(language_name(code, reader), str)


@pytest.mark.parametrize(
    "code", ["ar", "he", "fa", "ur", "yi", "dv", "arz", "ckb", "kk-arab", "ps"]
)
def test_right_to_left(code: str) -> None:
    """Languages written from right to left are known, by themselves or by their script."""
    assert direction(code) == "rtl"


@pytest.mark.parametrize("code", ["en", "de-at", "zh-hant", "ug-latn", "ks-deva", "ar-latn", "kk"])
def test_left_to_right(code: str) -> None:
    """All others are written from left to right; a named script decides over the language."""
    assert direction(code) == "ltr"


@pytest.mark.parametrize(
    "codes",
    [
        "pt pt-br pt-pt",
        "en en-gb en-ca",
        "de de-at de-ch de-formal gsw als bar",
        "zh zh-hans zh-hant zh-cn zh-tw zh-hk yue zh-yue cmn",
        "no nb nn",
        "be be-tarask be-x-old",
        "sr sr-ec sr-el",
        "ar arz ary",
        "he iw",
        "id in",
        "tl fil",
        "ro mo",
        "nds nds-nl",
        "lzh zh-classical",
    ],
)
def test_varieties_of_one_language(codes: str) -> None:
    """Countries, scripts, spellings, old codes, and what is written alike are one language."""
    assert len({language_of(code) for code in codes.split()}) == 1


@pytest.mark.parametrize(
    "codes",
    [
        "bs hr sr sh",
        "pt gl",
        "no da sv",
        "cs sk",
        "es qu ca",
        "de nds lb dsb",
        "fr br ln",
        "ru tt uk be",
        "ku ckb",
        "roa-tara roa-rup",
        "map-bms jv",
        "gsw sq",
        "mis xyz",
    ],
)
def test_languages_of_their_own(codes: str) -> None:
    """Neighbours, and those that MediaWiki shows for want of another, were not asked for."""
    assert len({language_of(code) for code in codes.split()}) == len(codes.split())


def test_old_codes_are_the_same_as_those_of_today() -> None:
    """They are another spelling, not another variety."""
    assert (written_today("no"), written_today("zh-yue"), written_today("pt-br")) == (
        "nb",
        "yue",
        "pt-br",
    )


@given(st.text(max_size=20) | st.from_regex(r"[a-z]{2,3}(-[a-z0-9]{1,8}){0,3}", fullmatch=True))
def test_language_of_anything(code: str) -> None:
    """Whatever is asked for belongs to one language, by its old code and by today's."""
    assert language_of(written_today(code)) == language_of(code)


@pytest.mark.parametrize(
    ("asked", "spoken", "shared"),
    [
        (("fr", "pt-br"), ("en", "pt"), "pt-br"),
        (("pt", "en"), ("en", "pt-br"), "pt"),
        (("no",), ("nb",), "no"),
        (("fr",), ("en",), None),
        ((), ("en",), None),
    ],
)
def test_shared_language(
    asked: tuple[str, ...], spoken: tuple[str, ...], shared: str | None
) -> None:
    """It is named as it was asked for."""
    assert shared_language(asked, spoken) == shared
