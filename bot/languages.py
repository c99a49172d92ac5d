"""Languages as MediaWiki writes them: codes, names, directions, and what to show instead."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.core import get_global

_CODE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,3}", re.ASCII)
# Codes of MediaWiki and BCP 47 that nobody speaks.
_NOBODYS = frozenset({"mis", "mul", "qqq", "qqx", "und", "zxx"})


def is_language_code(code: str) -> bool:
    """Whether this is a BCP 47 code as MediaWiki writes them: lower case, at most four parts."""
    return _CODE.fullmatch(code) is not None and code not in _NOBODYS


def known_code(code: str) -> str | None:
    """Return a code if MediaWiki or CLDR knows it; en for simple; None for all others.

    CLDR has every language of ISO 639-3, MediaWiki some codes of its own.
    """
    if code in _OTHER_SHAPES:
        return _OTHER_SHAPES[code]
    return code if is_language_code(code) and (code in _OWN or _is_in_cldr(code)) else None


def nearest_code(code: str) -> str | None:
    """Return what is known of a code, without the parts at its end that nobody knows."""
    parts = code.split("-")
    begins = ("-".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((known for begin in begins if (known := known_code(begin))), None)


def meant_code(typed: str) -> str | None:
    """Return the known code that was meant by one in other letters, or by a longer one of ISO."""
    code = typed.strip().lower().replace("_", "-")
    first, dash, rest = code.partition("-")
    shorter = str(get_global("language_aliases").get(first, ""))
    return nearest_code(code) or (nearest_code(shorter + dash + rest) if shorter else None)


def _is_in_cldr(code: str) -> bool:
    first, *rest = code.split("-")
    languages, scripts, territories, variants = _subtags()
    if rest and rest[0] in scripts:
        rest = rest[1:]
    if rest and rest[0] in territories:
        rest = rest[1:]
    if rest and rest[0] in variants:
        rest = rest[1:]
    return first in languages and not rest


@cache
def _subtags() -> tuple[frozenset[str], ...]:
    """Return the subtags that CLDR knows: of languages, scripts, territories and variants."""
    english = Locale("en")
    named = (str(code).partition("_")[0] for code in english.languages)
    likely = (str(code).partition("_")[0] for code in get_global("likely_subtags"))
    languages = frozenset((*named, *likely)) - _NOBODYS
    others = (english.scripts, english.territories, english.variants)
    return languages, *(frozenset(str(code).lower() for code in some) for some in others)


def written_today(code: str) -> str:
    """Give the code that a language has now for one that it had before: nb for no."""
    return _TODAYS.get(code, code)


def language_of(code: str) -> str:
    """Give the language that a code is a variety of: pt for pt-br, no for nb and for nn.

    Whoever speaks one variety can write to somebody who asked for another.
    """
    code = written_today(code)
    if code in _NO_VARIETIES:
        return code
    first = code.partition("-")[0]
    today = str(get_global("language_aliases").get(first, first))
    # CLDR also calls whole languages varieties of others (sh: sr_Latn), which people ask for apart.
    first = first if "_" in today else today
    return _MEMBERS.get(first, first)


def shared_language(asked: Iterable[str], spoken: Iterable[str]) -> str | None:
    """Give the first of the languages asked for that somebody speaks, in whatever variety."""
    theirs = {language_of(code) for code in spoken}
    return next((code for code in asked if language_of(code) in theirs), None)


def fallback_chain(code: str) -> tuple[str, ...]:
    """List the code itself, what MediaWiki shows where that is missing, and at last `en`.

    A code that MediaWiki does not know falls back to its first part: fr-ca to fr.
    """
    chain = (code, *_FALLBACKS.get(code, _first_part(code)), "en")
    return tuple(dict.fromkeys(chain))


def pick_label(labels: Mapping[str, str], id: str, code: str) -> str:  # noqa: A002 (its name on the wire)
    """Choose the label for a reader of this language; an id without any is its own label."""
    for language in fallback_chain(code):
        if label := labels.get(language):
            return label
    return id


def language_name(code: str, in_locale: str) -> str:
    """Name a language for a reader of another; by its bare code where CLDR has no name."""
    names = _locale(in_locale).languages
    if name := names.get(_cldr(code)):
        return str(name)
    for part in _first_part(code):
        if name := names.get(part):
            return f"{name} ({code})"
    return code


def direction(code: str) -> Literal["ltr", "rtl"]:
    """`rtl` for a language written from right to left, else `ltr`."""
    language, *rest = code.split("-")
    scripts = [part for part in rest if len(part) == 4 and part.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in _RTL_SCRIPTS else "ltr"
    return "rtl" if language in _RTL_LANGUAGES else "ltr"


def _first_part(code: str) -> tuple[str, ...]:
    first, dash, _ = code.partition("-")
    return (first,) if dash else ()


def _cldr(code: str) -> str:
    """Write zh-hans as zh_Hans and pt-br as pt_BR, as CLDR's tables do."""
    language, *rest = code.split("-")
    parts = [part.title() if len(part) == 4 else part.upper() for part in rest]
    return "_".join([language, *parts])


def _locale(code: str) -> Locale:
    for language in fallback_chain(code):
        try:
            return Locale.parse(_cldr(language))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


# Codes that MediaWiki or ISO had before, with those that they have now.
_TODAYS: Mapping[str, str] = {
    "no": "nb",
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "jw": "jv",
    "mo": "ro",
    "als": "gsw",
    "bat-smg": "sgs",
    "be-x-old": "be-tarask",
    "bh": "bho",
    "fiu-vro": "vro",
    "roa-rup": "rup",
    "zh-classical": "lzh",
    "zh-min-nan": "nan",
    "zh-yue": "yue",
}
# MediaWiki's names for a language, or for a way of writing it, that have not the shape of a code.
_OTHER_SHAPES = {"simple": "en", "zh-classical": "lzh"}
# Codes whose first part names a family of languages.
_NO_VARIETIES = frozenset({"map-bms", "roa-tara"})
# Languages of which nearly everybody writes the first, too, and reads what is written in it.
_WRITTEN_AS = {
    "ar": "acm acw aeb afb ajp apc apd arq ary arz shu",
    "de": "bar gsw",
    "fa": "prs",
    "no": "nb nn",
    "zh": "cdo gan hak lzh nan wuu yue",
}
_MEMBERS = {code: whole for whole, codes in _WRITTEN_AS.items() for code in codes.split()}

_RTL_SCRIPTS = frozenset({"adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"})
_RTL_WORDS = (
    "acm acw aeb afb ajp apc apd ar arc arq ary arz avd azb bal bcc bft bgn bqi ckb dv fa glk he "
    "khw ks lki lrc lud luz mey mzn nqo pnb prs ps rhg sd sdh shu skr syr ug ur yi"
)
_RTL_LANGUAGES = frozenset(_RTL_WORDS.split())

# What MediaWiki shows in place of each language, from the $fallback of its Messages*.php; left out
# are those that go to English at once, and English at every end.
_GROUPS = {
    "ady-cyrl": "ady",
    "aeb-arab": "aeb",
    "ar": "aeb-arab arq ary arz",
    "ban": "ban-bali",
    "bbc-latn": "bbc",
    "be": "be-tarask",
    "be-tarask be": "be-x-old",
    "bho": "bh",
    "bn": "bpy",
    "bs sr-el hr": "sh",
    "ca fr": "oc",
    "cbk fa": "sdh",
    "cdo zh-hant": "nan",
    "ckb": "ku-arab",
    "crh-latn": "crh",
    "cs": "sk",
    "da": "jut kl",
    "de": "bar de-at de-ch de-formal frr gsw hrx ksh lb nds pdc pdt pfl sli stq vmf",
    "dsb de": "hsb",
    "el": "pnt",
    "eo": "io",
    "es": "an arn ast ay cbk-zam es-419 es-formal ext gn guc lad nah",
    "et": "liv vep vro",
    "fa": "azb bcc bgn bqi glk lki lrc luz mzn",
    "fi": "fit krl olo smn vot",
    "fr": "atj bm br ff frc frp gcr ht kab kbp ln mg nrm pcd ses sg shi shy-latn ty wa wo",
    "fr es ru": "avk",
    "gan-hant zh-hant zh-hans": "gan",
    "gom-deva": "gom",
    "gsw de": "als",
    "he": "yi",
    "hi": "anp awa gom-deva mai sa",
    "hif-latn": "hif",
    "hsb de": "dsb",
    "hu": "hu-formal",
    "hy": "hyw",
    "id": "abs ace ban bbc-latn bjn btm bug gor jv mad min nia su",
    "ike-cans": "iu",
    "it": "co egl eml fur lij nap pms rgn roa-tara scn sdc vec",
    "it rm fur": "lld",
    "jv id": "map-bms",
    "ka": "xmf",
    "kab": "zgh",
    "kbd-cyrl": "kbd",
    "kk-arab kk-cyrl": "kk-cn",
    "kk-cyrl": "kk kk-arab kk-kz kk-latn",
    "kk-latn kk-cyrl": "kaa kk-tr",
    "kn": "tcy",
    "ko": "ko-kp",
    "ks-arab": "ks",
    "ku-latn": "ku",
    "lt": "sgs",
    "lv": "ltg",
    "lzh zh-hant": "zh-classical",
    "mdf ru": "myv",
    "mhr ru": "mrj",
    "mk": "ruq-cyrl",
    "mrj ru": "mhr",
    "ms": "dtp ms-arab",
    "my": "kjp mnw",
    "myv ru": "mdf",
    "nan cdo zh-hant": "zh-min-nan",
    "nan zh-hant": "cdo",
    "nb": "nn no",
    "ne": "dty",
    "nl": "li nds-nl nl-informal srn vls zea",
    "nn": "nb",
    "oc": "ca",
    "pl": "csb szl",
    "pms eml lij vec it": "lmo",
    "pt": "gl mwl pt-br tet",
    "pt-br": "pt",
    "qu es": "qug",
    "qug es": "qu",
    "ro": "mo rmy rup ruq-latn",
    "ru": "ab alt av ba bxr ce crh-cyrl cv inh koi krc kum kv lbe os sah sty tt-cyrl tyv udm xal",
    "ru az": "lez",
    "rup ro": "roa-rup",
    "ruq-latn ro": "ruq",
    "sgs lt": "bat-smg",
    "shy-latn": "shy",
    "sk": "cs",
    "skr-arab": "skr",
    "sq": "aln",
    "sr-ec": "sr",
    "tg-cyrl": "tg",
    "tr": "gag kiu lzz",
    "tt-cyrl ru": "tt",
    "ug-arab": "ug",
    "uk ru": "rue",
    "ur": "khw",
    "ur pnb": "skr-arab",
    "vro et": "fiu-vro",
    "zh-cn zh-hans": "ii",
    "zh-hans": "gan-hans wuu za zh zh-cn zh-hant zh-sg",
    "zh-hant": "ami hak lzh",
    "zh-hant zh-hans": "gan-hant zh-hk zh-tw",
    "zh-hk zh-hant zh-hans": "zh-mo",
    "zh-sg zh-hans": "zh-my",
    "zh-tw zh-hant zh-hans": "szy tay trv",
}
_FALLBACKS: Mapping[str, tuple[str, ...]] = {
    code: tuple(chain.split()) for chain, codes in _GROUPS.items() for code in codes.split()
}

# What MediaWiki has a name for, and CLDR has not; see `known_code`.
_OWN_WORDS = (
    "bcl diq eml gom-latn ike-cans ike-latn knc nan-latn-pehoeji nan-latn-tailo nah pnb rmy sr-ec "
    "sr-el"
)
_OWN = frozenset({*_TODAYS, *_NO_VARIETIES, *_FALLBACKS, *_OWN_WORDS.split()})
