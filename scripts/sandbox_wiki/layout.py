"""Where a sandbox keeps what: its ports, its addresses, its folder."""

from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
ROOT = SCRIPTS.parent / "var" / "sandbox"
SHARED = ROOT / "shared"
DEFAULT_PORT = 8080
WIKI_ID = "peerwiki"


class SandboxError(Exception):
    """Something a person has to mend; the message says what, where and how."""


@dataclass(frozen=True)
class Sandbox:
    """One sandbox, known by its port."""

    port: int

    @property
    def smtp_port(self) -> int:
        """Where the wiki hands its mail in."""
        return self.port + 1

    @property
    def mailbox_port(self) -> int:
        """Where the mailbox is read."""
        return self.port + 2

    @property
    def url(self) -> str:
        """The wiki's address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api(self) -> str:
        """The address of the wiki's action API."""
        return f"{self.url}/api.php"

    @property
    def mailbox_url(self) -> str:
        """The mailbox: a page for people, `/email` for programs."""
        return f"http://127.0.0.1:{self.mailbox_port}"

    @property
    def folder(self) -> Path:
        """Everything that is this sandbox's alone."""
        return ROOT / str(self.port)

    @property
    def lock(self) -> Path:
        """Held by whoever changes this sandbox; outside its folder, which may be built anew."""
        return ROOT / f"{self.port}.lock"

    @property
    def data(self) -> Path:
        """The wiki's SQLite files."""
        return self.folder / "data"

    @property
    def pristine(self) -> Path:
        """A copy of `data` from right after installation; it exists once the build is complete."""
        return self.folder / "pristine"

    @property
    def kept(self) -> Path:
        """The state that `keep` kept, for `return`."""
        return self.folder / "kept"

    @property
    def build(self) -> Path:
        """What was decided when it was built: secrets, user ids, recipe."""
        return self.folder / "build.json"

    @property
    def settings(self) -> Path:
        """The wiki's settings."""
        return self.folder / "LocalSettings.php"

    @property
    def log(self) -> Path:
        """What the servers say."""
        return self.folder / "log"

    @property
    def mail(self) -> Path:
        """The mails received so far."""
        return self.folder / "mail"

    @property
    def pywikibot(self) -> Path:
        """The folder for `PYWIKIBOT_DIR`."""
        return self.folder / "pywikibot"

    @property
    def description(self) -> Path:
        """What programs need to know about this sandbox."""
        return self.folder / "sandbox.json"
