"""What Pywikibot raises while it finds a wiki and logs in, turned into words of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pywikibot
import requests

from bot.problems import InputError, Problem, quoted
from bot.wiki.errors import WikiDownError, safe_code
from bot.wiki.refused import LogInError, is_consumer, refusal_of


@contextmanager
def told() -> Iterator[None]:
    """Turn what Pywikibot raises while logging in into `InputError` or `WikiDownError`."""
    try:
        yield
    except pywikibot.exceptions.APIError as error:
        code = safe_code(error.code)
        if is_consumer(code):
            raise LogInError(refusal_of(code), code) from None
        raise WikiDownError(code) from None
    except pywikibot.exceptions.NoUsernameError:
        raise _wrong_config(
            "It names no account for this wiki.",
            "Write the account's name into `usernames`, as user-config.py.example shows.",
        ) from None
    except (pywikibot.exceptions.UnknownFamilyError, pywikibot.exceptions.UnknownSiteError):
        raise _wrong_config(
            "Pywikibot does not know the wiki that is named here.",
            "Look at `family` and `mylang`, and at `family_files` for a wiki of your own.",
        ) from None
    except FileNotFoundError:
        raise _wrong_passwords(
            "There is no password file here.",
            "Make it, as user-config.py.example shows, or mend `password_file` in user-config.py.",
        ) from None
    except EOFError:  # see `session`: Pywikibot would have asked for a password
        raise _wrong_passwords(
            "No password is known for the account that this wiki wants to be logged in.",
            "Write its line into this file, as user-config.py.example shows.",
        ) from None
    except (SystemExit, ImportError):
        # Its way of saying that something it needs is not there, or that a setting is unsafe.
        raise _wrong_config(
            "Pywikibot does not work with these settings and ended the program.",
            "For OAuth the Python package requests-oauthlib has to be installed, as it is with "
            "this program; and no file of Pywikibot's may be open to everybody.",
        ) from None
    except (
        pywikibot.exceptions.Error,
        requests.exceptions.RequestException,
        ConnectionError,  # Python's own: Pywikibot's word for a host that has no address
    ) as error:
        raise WikiDownError(_code_of(error)) from None
    except ValueError:
        raise _wrong_passwords(
            "The password file cannot be understood, or none is named.",
            "Each line of it is a pair, as user-config.py.example shows: ('name', 'password').",
        ) from None


def no_password(user: str, *, may_be_oauth: bool = True) -> InputError:
    """Say that the password file has nothing for this account, nor `authenticate` for its wiki."""
    if may_be_oauth and pywikibot.config.authenticate:
        return _wrong_config(
            "No password is known, and `authenticate` has nothing for this wiki's address.",
            "For OAuth, its key is the host in the addresses of the wiki, with its port where "
            "there is one, as in 'wiki.example:8080'.",
        )
    return _wrong_passwords(
        f"No password is known for the account {quoted(user)}.",
        "Write its line into this file, as user-config.py.example shows; or look at the name.",
    )


def _wrong_config(what: str, mend: str) -> InputError:
    return InputError(
        [Problem(str(Path(pywikibot.config.base_dir) / "user-config.py"), what, mend)]
    )


def _wrong_passwords(what: str, mend: str) -> InputError:
    """Blame the password file; without one, the file that should name it."""
    named = pywikibot.config.password_file
    if not named:
        return _wrong_config(what, "Name a `password_file`, as user-config.py.example shows.")
    return InputError([Problem(str(Path(pywikibot.config.base_dir, named)), what, mend)])


def _code_of(error: Exception) -> str:
    # Pywikibot's word for a certificate that is not trusted, among others.
    if isinstance(error, pywikibot.exceptions.FatalServerError):
        distrusts = "certificate verify failed" in str(error).lower()
        return "certificate" if distrusts else type(error).__name__
    return type(error).__name__
