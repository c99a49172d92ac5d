"""The bounds of a request, and the rules of user names: the gadget is built with the same files.

`limits.json` counts choices, and bytes of UTF-8; `user_name_rules.json` holds regular expressions.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any, Final


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("bot.request") / name).read_text(encoding="utf-8"))
    return found


_LIMITS: Final = _read("limits.json")
_RULES: Final = _read("user_name_rules.json")

MOST_LANGUAGES: Final[int] = _LIMITS["languages"]
MOST_TOPICS: Final[int] = _LIMITS["topics"]
MOST_PREFERRED: Final[int] = _LIMITS["prefer"]
MOST_AVOIDED: Final[int] = _LIMITS["avoid"]
CONTACT_BYTES: Final[int] = _LIMITS["addressBytes"]
MESSAGE_BYTES: Final[int] = _LIMITS["messageBytes"]
PLAINTEXT_BYTES: Final[int] = _LIMITS["plaintextBytes"]
USER_NAME_BYTES: Final[int] = _LIMITS["userNameBytes"]
KEY_HOURS: Final[int] = _LIMITS["keyHours"]
"""The form seals to no page key that ends later than this from now."""

INVISIBLE: Final = re.compile(_RULES["invisible"])
SPACES: Final = re.compile(_RULES["spaces"])
NEVER_IN_A_NAME: Final = re.compile(_RULES["never"])
LIKE_AN_ADDRESS: Final = re.compile(_RULES["likeAddress"])
