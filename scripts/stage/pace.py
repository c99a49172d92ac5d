"""A clock that can be put forward and hurried, shared by programs through a small file.

Pure but for that file: the machine's time is handed in.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

# MediaWiki's own way to be told the time, and this clock's arithmetic once more.
_FOR_THE_WIKI = """\
<?php
Wikimedia\\Timestamp\\ConvertibleTimestamp::setFakeTime( static function (): int {{
	$pace = json_decode( file_get_contents( {file} ), true );
	return (int)( $pace['at'] + ( microtime( true ) - $pace['since'] ) * $pace['rate'] );
}} );
"""


@dataclass(frozen=True)
class Pace:
    """It was `at` when the machine's clock said `since`, and goes `rate` times as fast from there.

    Times are seconds since 1970. It never goes back, so `rate` is at least 1.
    """

    since: float
    at: float
    rate: float = 1.0

    def now(self, real: float) -> float:
        """Say what this clock says when the machine's says `real`."""
        return self.at + (real - self.since) * self.rate

    def changed(self, real: float, *, ahead: float = 0.0, rate: float = 1.0) -> Pace:
        """Give the clock put forward by so many seconds now, and going at this rate from now on."""
        return Pace(real, self.now(real) + ahead, rate)

    def write(self, file: Path) -> None:
        """Let everybody who goes by this file go at this pace."""
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps(asdict(self)), encoding="utf-8")
        beside.replace(file)

    @classmethod
    def read(cls, file: Path) -> Pace:
        """Read how the clock goes."""
        return cls(**json.loads(file.read_text(encoding="utf-8")))


def for_the_wiki(file: Path) -> str:
    """Write the settings by which the sandbox's wiki goes by this file."""
    return _FOR_THE_WIKI.format(file=json.dumps(str(file)))
