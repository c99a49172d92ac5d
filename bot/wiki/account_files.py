"""The texts of Pywikibot's two files for one wiki and one account, written and read again."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

CONFIG, PASSWORDS = "user-config.py", "user-password.py"
HERE = "here"
"""What a wiki is called in these files that Pywikibot knows no name for."""

# As in user-config.py.example, which says why.
_FIXED: Mapping[str, Any] = MappingProxyType(
    {
        "password_file": PASSWORDS,
        "put_throttle": 0,
        "write_maxlag": 5,
        "read_maxlag": 30,
        "log": [],
        "debug_log": [],
        "verbose_output": 0,
    }
)


@dataclass(frozen=True)
class BotAccount:
    """A log-in: the wiki (`meta:meta`, or the address of an api.php), account and bot password."""

    wiki: str
    name: str
    suffix: str
    password: str = field(repr=False)


def user_config(wiki: str, name: str) -> str:
    """Write `user-config.py`; with no name, it is for looking at the wiki alone."""
    lines = [
        "# Pywikibot's configuration for the bot of a peer support network: which wiki, and which",
        "# account. user-config.py.example says what each line is for.",
    ]
    if is_address(wiki):
        family = code = HERE
        lines.append(f"family_files[{HERE!r}] = {wiki!r}")
    else:
        family, _, code = wiki.partition(":")
        code = code or family
    lines.append(f"family, mylang = {family!r}, {code!r}")
    if name:
        lines.append(f"usernames[{family!r}][{code!r}] = {name!r}")
    lines += [f"{setting} = {value!r}" for setting, value in _FIXED.items()]
    return "\n".join(lines) + "\n"


def user_password(account: BotAccount) -> str:
    """Write the one line of `user-password.py`."""
    return f"({account.name!r}, BotPassword({account.suffix!r}, {account.password!r}))\n"


def is_address(wiki: str) -> bool:
    """Say whether a wiki is given by an address instead of Pywikibot's name for it."""
    return wiki.startswith(("http://", "https://"))


def with_log_in(passwords: str, before: BotAccount | None, after: BotAccount) -> str:
    """Put an account's line in place of the one it had; lines of other accounts stay."""
    old = None if before is None else (before.name, before.suffix, before.password)
    lines = passwords.splitlines(keepends=True)
    found = [number for number, line in enumerate(lines) if old and _log_in(line) == old]
    if found:
        lines[found[-1]] = user_password(after)
    else:
        if lines and not lines[-1].endswith("\n"):
            lines.append("\n")
        lines.append(user_password(after))
    return "".join(lines)


def read(config: str, passwords: str) -> BotAccount | None:
    """Read the two files back; None where they say anything that is not written here.

    Whoever wrote more into the first, or another kind of log-in into the second, means it: those
    files are theirs. Accounts beside the bot's own, as for `publish --as`, are none of our concern.
    """
    try:
        said = dict(_assigned(ast.parse(config)))
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    family, code = said.pop("family", None), said.pop("mylang", None)
    wiki = said.pop(("family_files", family), None)
    if wiki is None:
        wiki = f"{family}:{code}"
    name = said.pop(("usernames", family, code), None)
    if not all(isinstance(one, str) and one for one in (family, code, wiki, name)):
        return None
    if said.get("password_file") != PASSWORDS or any(
        setting not in _FIXED or value != _FIXED[setting] for setting, value in said.items()
    ):
        return None
    log_ins = [one for one in map(_log_in, passwords.splitlines()) if one and one[0] == name]
    return BotAccount(wiki, *log_ins[0]) if len(log_ins) == 1 else None


def _assigned(tree: ast.Module) -> Iterator[tuple[Any, Any]]:
    """Give what a file assigns, name and value: all of it literal, or this raises ValueError."""
    for statement in tree.body:
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            raise ValueError
        target, value = statement.targets[0], ast.literal_eval(statement.value)
        if isinstance(target, ast.Tuple):
            yield from zip(map(_target, target.elts), value, strict=True)
        else:
            yield _target(target), value


def _target(node: ast.expr) -> str | tuple[str, ...]:
    parts: list[str] = []
    while isinstance(node, ast.Subscript):
        parts.insert(0, str(ast.literal_eval(node.slice)))
        node = node.value
    if not isinstance(node, ast.Name):
        raise ValueError
    return (node.id, *parts) if parts else node.id


def _log_in(line: str) -> tuple[str, str, str] | None:
    """Read one line of the password file; None where it is no bot password."""
    try:
        match ast.parse(line.strip(), mode="eval").body:
            case ast.Tuple(
                elts=[
                    ast.Constant(value=str(name)),
                    ast.Call(
                        func=ast.Name(id="BotPassword"),
                        args=[ast.Constant(value=str(suffix)), ast.Constant(value=str(secret))],
                        keywords=[],
                    ),
                ]
            ):
                return name, suffix, secret
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        pass
    return None
