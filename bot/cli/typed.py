"""Numbers and names typed into a command: read, or refused by what was typed."""

from __future__ import annotations

import re
from typing import Any

import click

from bot.problems import quoted
from bot.request.usernames import normalise

_WHOLE = re.compile(r"[-+]?\d{1,40}")
_DECIMAL = re.compile(r"[-+]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})")


class AccountName(click.ParamType[str]):
    """The name of an account of the wiki."""

    name = "account"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read it as the wiki writes it, or say that no account is called so."""
        name = normalise(value)
        if name is None:
            what = f"{quoted(value)} cannot be the name of an account."
            raise click.BadParameter(what, ctx, param)
        return name


class Whole(click.ParamType[int]):
    """A whole number within bounds, in the digits of any script.

    `otherwise` is said of everything else that is typed, in place of the bounds.
    """

    name = "integer"

    def __init__(self, least: int, most: int, otherwise: str = "") -> None:
        self._least, self._most, self._otherwise = least, most, otherwise

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it, or say what is wrong with it and what can be written."""
        if isinstance(value, int):
            return value
        number = int(value) if _WHOLE.fullmatch(value.strip()) else None
        if number is not None and self._least <= number <= self._most:
            return number
        wrong = _wrong(number, self._least, "whole number")
        said = self._otherwise or f"is {wrong}. Write one from {self._least} to {self._most}."
        raise click.BadParameter(f"{quoted(value)} {said}", ctx, param)


class Decimal(click.ParamType[float]):
    """A number within bounds, with or without a part behind a point."""

    name = "number"

    def __init__(self, least: float, most: float, example: float) -> None:
        self._least, self._most, self._example = least, most, example

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read it, or say what is wrong with it and what can be written."""
        if isinstance(value, int | float):
            return float(value)
        number = float(value) if _DECIMAL.fullmatch(value.strip()) else None
        if number is not None and self._least <= number <= self._most:
            return number
        wrong = _wrong(number, self._least, "number")
        bounds = f"{self._least:g} to {self._most:g}, such as {self._example:g}"
        raise click.BadParameter(
            f"{quoted(value)} is {wrong}. Write one from {bounds}.", ctx, param
        )


def _wrong(number: float | None, least: float, expected: str) -> str:
    if number is None:
        return f"no {expected}"
    return "too small" if number < least else "too large"
