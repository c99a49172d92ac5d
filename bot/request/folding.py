"""Texts made comparable: small letters, no accents, one kind of space."""

import re
import unicodedata
from typing import Final

# Letters that are another's variant to most people, and that Unicode does not take apart.
_LOOKALIKES: Final = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "ə": "e",
        "ʻ": "",
        "ʼ": "",
        "’": "",
        "'": "",
        # Arabic script: letters typed for one another, and the stretching of words.
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ک": "ك",
        "ة": "ه",
        "ۀ": "ه",
        "ٱ": "ا",
        "ـ": "",
    }
)
_BETWEEN_WORDS: Final = re.compile(r"[\s_\-‐‑/]+")
_NO_WORD: Final = re.compile(r"[^\w]|_")


def fold(text: str) -> str:
    """Fold case, accents and look-alikes; hyphens, underscores and spaces become one space."""
    text = unicodedata.normalize("NFKD", text.casefold())
    # Accents, harakat and nuqta go; vowel signs of Indic scripts, which are letters, stay.
    text = "".join(
        letter
        for letter in text
        if not unicodedata.combining(letter) and unicodedata.category(letter) != "Cf"
    )
    text = unicodedata.normalize("NFC", text.translate(_LOOKALIKES))
    return _BETWEEN_WORDS.sub(" ", text).strip()


def fold_words(text: str) -> str:
    """Fold, and turn every mark that is in no word into a space."""
    kept = (" " if _is_mark(letter) else letter for letter in fold(text))
    return " ".join("".join(kept).split())


def is_unspaced(text: str) -> bool:
    """Tell whether a text is in a script that puts no spaces between words."""
    return any(_UNSPACED.match(letter) for letter in text)


def _is_mark(letter: str) -> bool:
    # Indic vowel signs are no \w to Python.
    return _NO_WORD.match(letter) is not None and not unicodedata.category(letter).startswith("M")


_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
