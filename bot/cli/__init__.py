"""The commands of `peer-support`."""

from bot.cli.main import main

__all__ = ["main"]
