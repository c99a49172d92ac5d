"""Words that people use in a plain request, folded: names of fields, conjunctions, negations."""

from collections.abc import Mapping
from typing import Final


def _words(text: str, between: str | None = None) -> frozenset[str]:
    return frozenset(text.split(between))


# The names of the template's fields, in English, German, French, Spanish and Arabic.
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "languages": (
        *("language", "languages", "lang", "langs", "sprache", "sprachen", "langue", "langues"),
        *("idioma", "idiomas", "lengua", "lenguas", "لغه", "اللغه", "لغات", "اللغات"),
    ),
    "topics": (
        *("topic", "topics", "about", "subject", "subjects", "thema", "themen", "sujet", "sujets"),
        *("theme", "themes", "tema", "temas", "موضوع", "الموضوع", "مواضيع", "المواضيع"),
    ),
    "channels": (
        *("channel", "channels", "how", "kanal", "kanale", "weg", "wege", "canal", "canaux"),
        *("canales", "قناه", "القناه", "قنوات", "القنوات"),
    ),
    "message": (
        *("message", "messages", "text", "msg", "nachricht", "mitteilung", "texte", "mensaje"),
        *("texto", "رساله", "الرساله", "نص", "النص"),
    ),
    "avoid": (
        *("avoid", "avoids", "exclude", "not to", "vermeiden", "meiden", "ausschliessen"),
        *("eviter", "exclure", "evitar", "excluir", "تجنب", "استبعاد"),
    ),
    "prefer": (
        *("prefer", "preferred", "preference", "preferences", "background", "backgrounds"),
        *("bevorzugt", "wunsch", "hintergrund", "preferer", "preferir", "preferencia"),
        *("preferencias", "تفضيل", "افضل"),
    ),
}

# "And" and "or" as words of their own.
CONJUNCTIONS: Final = _words(
    "and or und oder et ou y e o u en of og och eller ja tai i oraz lub a nebo ili ali или и "
    "та і й або και και ή ve veya ya və dan atau at na wa și si sau és es vagy ir un va in ta "
    "eta aw və ou va او و یا او או וגם और या এবং ও বা மற்றும் మరియు ಮತ್ತು ഒപ്പം und/oder "
    "またはと 和 与 與 及 跟 或 と や 및 또는 그리고 também également auch also sowie plus & +"
)
# Of those that are a language's code as well: what they are among codes ("fr et en", "de en").
CODES_BEFORE_CONJUNCTIONS: Final = frozenset({"en", "ja", "es"})
# The same in scripts without spaces.
UNSPACED_CONJUNCTIONS: Final = "和与與及跟或とや"

# Of them, those that make two of what stands in a list of user names.
JOINING_NAMES: Final = _words("and und et y e og och en i и та και ve و 和 与 與 と &")

NEGATIONS: Final = _words(
    "no not dont cant cannot none never without except excluding but nicht kein keine "
    "ohne außer ausser pas sans sauf sin excepto salvo menos non senza tranne nao não sem exceto "
    "niet geen behalve не без кроме "
    "nie bez oprócz oprocz inte ikke ej لا ليس بدون عدا ماعدا غير nem yok hariç haric "
    "bukan tidak kecuali"
)
# "Not this, but that": after a negation these turn back.
TURNS: Final = _words("but sondern sino maar men lecz")

# Any way will do.
ANYTHING: Final = _words(
    "any anything all every everything whatever whichever alle alles egal jeder jede beliebig "
    "tous tout toutes toute importe todos todo todas cualquiera cualquier tutti qualsiasi "
    "qualquer كل اي جميع все всё любой любые wszystkie dowolny alla hepsi semua"
)

NOBODY: Final = _words(
    "none|nobody|no one|no|n a|niemand|keiner|keine|personne|aucun|aucune|nadie|ninguno|"
    "ninguna|nessuno|ninguem|никто|никого|нет|nikt|niemanden|لا احد|لا يوجد",
    "|",
)

# How people write the channels that most networks offer, beside the labels on the public page.
CHANNELS: Final[Mapping[str, tuple[str, ...]]] = {
    "wikimail": ("wiki mail", "wiki e mail", "wiki email", "email this user", "special emailuser"),
    "email": ("e mail", "mail", "correo", "correo electronico", "courriel", "البريد الالكتروني"),
    "desk": ("the desk", "web desk"),
    "video": ("video call", "videocall", "videoanruf", "appel video", "videollamada"),
    "signal": ("signal app", "سيجنال"),
    "telegram": ("تيليجرام",),
}

# Names of languages that CLDR spells otherwise.
LANGUAGES: Final[Mapping[str, str]] = {
    "farsi": "fa",
    "mandarin": "zh",
    "putonghua": "zh",
    "中文": "zh",
    "华语": "zh",
    "華語": "zh",
    "国语": "zh",
    "國語": "zh",
    "普通话": "zh",
    "普通話": "zh",
    "汉语": "zh",
    "漢語": "zh",
    "英文": "en",
    "德文": "de",
    "法文": "fr",
    "日文": "ja",
    "韩文": "ko",
    "俄文": "ru",
    "castilian": "es",
    "castellano": "es",
    "espanol castellano": "es",
    "valencian": "ca",
    "valencia": "ca",
    "bokmal": "nb",
    "norsk": "nb",
    "nynorsk": "nn",
    "gaelic": "gd",
    "irish gaelic": "ga",
    "flemish": "nl",
    "vlaams": "nl",
    "serbocroatian": "sh",
    "moldovan": "ro",
    "tagalog": "tl",
    "bahasa": "id",
    "brazilian": "pt",
    "brasileiro": "pt",
    "brasilianisch": "pt",
    "по русски": "ru",
    "русском": "ru",
    "по английски": "en",
    "английском": "en",
    "по украински": "uk",
    "українською": "uk",
    "українськои": "uk",
    "po polsku": "pl",
    "po angielsku": "en",
    "cesky": "cs",
    "slovensky": "sk",
    "hrvatski": "hr",
    "srpski": "sr",
    "magyarul": "hu",
    "angolul": "en",
    "suomeksi": "fi",
    "englanniksi": "en",
    "turkce": "tr",
    "ingilizce": "en",
    "العربيه": "ar",
    "عربي": "ar",
    "بالعربيه": "ar",
    "انجليزي": "en",
    "بالانجليزيه": "en",
    "فارسي": "fa",
    "انگليسي": "en",
    "english us": "en",
    "english uk": "en",
}
