"""What Pywikibot raises while it finds a wiki and logs in, turned into words of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pywikibot
import requests

from bot.problems import InputError, Problem
from bot.wiki.errors import WikiDownError


@contextmanager
def told() -> Iterator[None]:
    """Turn what Pywikibot raises while logging in into `InputError` or `WikiDownError`."""
    try:
        yield
    except pywikibot.exceptions.NoUsernameError:
        raise wrong_password() from None
    except (pywikibot.exceptions.UnknownFamilyError, pywikibot.exceptions.UnknownSiteError):
        raise _wrong_config(
            "It names a wiki that Pywikibot does not know.",
            "Look at `family` and `mylang`, and at `family_files` for a wiki of your own.",
        ) from None
    except FileNotFoundError:
        raise _wrong_config(
            "The password file that it names does not exist.",
            "Make it, as user-config.py.example shows, or mend `password_file`.",
        ) from None
    except EOFError:
        raise _wrong_config(
            "No password is known for this account, and there is nobody to ask.",
            "Write it into the password file, as user-config.py.example shows.",
        ) from None
    except (
        pywikibot.exceptions.Error,
        requests.exceptions.RequestException,
        ConnectionError,  # Python's own: Pywikibot's word for a host that has no address
    ) as error:
        raise WikiDownError(type(error).__name__) from None
    except ValueError:
        raise _wrong_config(
            "The password file can not be understood, or none is named.",
            "Each line of it is a pair, as user-config.py.example shows: ('name', 'password').",
        ) from None


def wrong_password() -> InputError:
    """Say that the wiki does not take the account and its password."""
    return _wrong_config(
        "The wiki does not take this account and password.",
        "Look at `usernames` and at the password file: a bot password is written "
        "BotPassword('its name', 'its secret').",
    )


def _wrong_config(what: str, mend: str) -> InputError:
    return InputError(
        [Problem(str(Path(pywikibot.config.base_dir) / "user-config.py"), what, mend)]
    )
