"""The desk as people reach it: through a proxy that speaks HTTPS, and what that does to headers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from stage import tls
from stage.network import StagedNetwork
from tests.wiki.setting_up import Bare

pytestmark = pytest.mark.timeout(600)


def test_the_desk_from_outside(network: StagedNetwork, bare: Bare, tmp_path: Path) -> None:
    """Over real HTTPS: all is well; a header dropped, one added; a certificate nobody trusts."""
    port = network.desk_port
    with tls.front(tmp_path, port) as front:
        text = network.config_file.read_text()
        network.config_file.write_text(text.replace(f"http://127.0.0.1:{port}", front.url))
        there = replace(bare, desk_port=front.port)
        network.run("publish", "--as", "Iface")  # the gadget's settings name the desk
        network.run("once")
        desk = network.start_desk()
        try:
            trusted = {"REQUESTS_CA_BUNDLE": str(front.certificate)}
            assert looked_at(there, front.url, trusted) == ("ok", "ok", "")
            front.drops = {"Referrer-Policy"}
            front.adds = {"Access-Control-Allow-Origin": "*"}
            _, verdict, found = looked_at(there, front.url, trusted)
            assert verdict == "fails"
            assert "Referrer-Policy is missing" in found
            assert "Access-Control-Allow-Origin was added" in found
            assert "Cache-Control" not in found
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("REQUESTS_CA_BUNDLE", str(front.certificate))
                lines = json.loads(network.run("check", "--json", fails=True).stdout)
            fails = {line["name"] for line in lines if line["verdict"] == "fails"}
            assert fails == {"desk headers"}
            verdict, _, found = looked_at(there, front.url, {})
            assert verdict == "fails"
            assert "no certificate that browsers would trust" in found
        finally:
            desk.terminate()
            desk.wait()


def looked_at(bare: Bare, url: str, variables: Mapping[str, str]) -> tuple[str, str, str]:
    """Give what `setup` says of the desk and of its headers, and all its words about what fails."""
    done = bare.yes("--desk", url, "--variables", **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    row = r"^(ok|fails|not tried)\s{2,}(desk headers|desk)\s{2,}"
    verdicts = {name: verdict for verdict, name in re.findall(row, done.stdout, re.MULTILINE)}
    after = " ".join(done.stdout.partition("fails  ")[2].split())
    return verdicts["desk"], verdicts.get("desk headers", ""), after
