"""Where the bench works: a fresh sandbox with many supporters, and networks of its own on it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from bench_parts.counting import WikiLog
from sandbox_wiki import building, layout
from stage import network as networks
from stage import sandbox as sandboxes
from stage.mailbox import Mailbox
from stage.network import ROOT, StagedNetwork
from stage.sandbox import Sandbox

FOLDER = ROOT / "var" / "bench"
LANGUAGE = "de"
SUPPORTERS = 200
# Nobody is to be spared here: every waiting request becomes one mail, at once.
POLICY = """\
policy:
  offers_at_once: 1
  cool_down_days: 0
  mails_per_day: 100000
"""


@dataclass(frozen=True)
class Place:
    """The sandbox, a network that was just published on it, and its supporters by user id."""

    sandbox: Sandbox
    network: StagedNetwork
    supporters: dict[int, str]

    @property
    def log(self) -> WikiLog:
        """The log of the wiki."""
        return WikiLog(Path(self.sandbox.facts["log"]))

    @property
    def mailbox(self) -> Mailbox:
        """The mailbox."""
        return Mailbox(self.sandbox.mailbox_url)

    def fresh_network(self, name: str) -> StagedNetwork:
        """Give the network as it was when just published, in a folder of its own."""
        folder = FOLDER / name
        shutil.rmtree(folder, ignore_errors=True)
        return networks.copy(self.network, folder)

    def go_back(self) -> None:
        """Let the wiki be as it was when the network had just been published, with no mail."""
        sandboxes.command(("return", "--port", str(self.sandbox.port)))

    def forget_session(self) -> None:
        """Take from Pywikibot its cookies and what it remembers of the wiki."""
        folder = self.sandbox.pywikibot_dir
        for file in (*folder.glob("*.lwp"), *folder.glob("throttle.ctrl")):
            file.unlink()
        shutil.rmtree(folder / "apicache", ignore_errors=True)


def make(port: int) -> Place:
    """Raise the sandbox, make the supporters' accounts, and publish a network."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    sandbox = sandboxes.up(port, fresh=True)
    names = [f"Supporter {number:03}" for number in range(SUPPORTERS)]
    wanted = {name: _account(name) for name in names}
    answer = building.maintain(
        layout.Sandbox(port),
        str(building.TEMPLATES / "CreateAccounts.php"),
        stdin=json.dumps(wanted),
    )
    ids: dict[str, int] = json.loads(answer.splitlines()[-1])
    roster = "".join(
        f"- {{user: {name}, languages: [{LANGUAGE}], capacity: 1000, per_week: 1000}}\n"
        for name in names
    )
    network = networks.make(FOLDER / "network", sandbox, roster, POLICY)
    sandboxes.command(("keep", "--port", str(port)))
    return Place(sandbox, network, {number: name for name, number in ids.items()})


def _account(name: str) -> dict[str, object]:
    return {
        "password": f"sandbox-of-{name}",
        "mail": f"{name.lower().replace(' ', '')}@mail.example",
        "mail_confirmed": True,
        "groups": [],
        "bot_passwords": {},
    }
