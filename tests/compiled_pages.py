"""The desk's templates, compiled once for all desks that the tests of a process open."""

from __future__ import annotations

from jinja2.bccache import Bucket, BytecodeCache

from bot.desk.app import Application


class CompiledOnce(BytecodeCache):
    """Keeps what a template was compiled to, by its name and the digest of its source."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put into a bucket what was kept for it."""
        kept = self._kept.get((bucket.key, bucket.checksum))
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a bucket holds."""
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


def compile_once() -> None:
    """Let every desk of this process share what its templates are compiled to."""
    Application.jinja_options["bytecode_cache"] = CompiledOnce()
