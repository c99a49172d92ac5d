"""ToolsDB's credentials are found by themselves, and its rules are told before it refuses."""

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.config import load
from bot.config.reader import ConfigError

HOST = "tools.db.svc.wikimedia.cloud"
FROM_ENVIRONMENT = {"TOOL_TOOLSDB_USER": "s54321", "TOOL_TOOLSDB_PASSWORD": "p@ss/word"}


def _url(tmp_path: Path, address: str, environ: dict[str, str]) -> str:
    file = tmp_path / "peer-support.yaml"
    file.write_text(f'wiki: {{intake: "Project:X"}}\ncoordinators: [C]\ndatabase: "{address}"\n')
    return load(file, environ).database_url


def test_from_the_environment(tmp_path: Path) -> None:
    """The account comes from Toolforge's variables, whatever characters its password has."""
    url = make_url(_url(tmp_path, f"mysql://{HOST}/s54321__net", FROM_ENVIRONMENT))
    assert (url.username, url.password) == ("s54321", "p@ss/word")
    assert (url.host, url.database) == (HOST, "s54321__net")


@pytest.mark.parametrize("home", ["TOOL_DATA_DIR", "HOME"])
def test_from_the_file(tmp_path: Path, home: str) -> None:
    """Or from replica.my.cnf in the tool's home, quoted or not."""
    (tmp_path / "replica.my.cnf").write_text("[client]\nuser = s54321\npassword = 'p%s#x'\n")
    address = f"mysql://{HOST}/s54321__net"
    url = make_url(_url(tmp_path, address, {home: str(tmp_path)}))
    assert (url.username, url.password) == ("s54321", "p%s#x")


def test_who_names_an_account_keeps_it(tmp_path: Path) -> None:
    """An address that names an account, or a socket, is left alone; so is a file."""
    for address in (
        "mysql://me:secret@elsewhere/net",
        "mysql://elsewhere/net?unix_socket=/run/mysqld.sock",
    ):
        assert _url(tmp_path, address, FROM_ENVIRONMENT) == make_url(address).render_as_string(
            False
        )
    assert "s54321" not in _url(tmp_path, "sqlite:///var/x.db", FROM_ENVIRONMENT)


@pytest.mark.parametrize(
    ("name", "environ", "said"),
    [
        ("s54321__net_p", FROM_ENVIRONMENT, "ends in _p"),
        ("net", FROM_ENVIRONMENT, "s54321__peer_support"),
        ("s54321__net", {}, "TOOL_TOOLSDB_USER"),
    ],
)
def test_what_toolsdb_would_refuse_is_told(
    tmp_path: Path, name: str, environ: dict[str, str], said: str
) -> None:
    """A public name, another tool's name, and missing credentials each come with their mend."""
    with pytest.raises(ConfigError) as caught:
        _url(tmp_path, f"mysql://{HOST}/{name}", environ)
    [problem] = caught.value.problems
    assert said in f"{problem.what} {problem.mend}"
    assert "p@ss/word" not in str(problem)


def test_a_broken_file_gives_no_account(tmp_path: Path) -> None:
    """A file that is no such file is as good as none, and nothing of it is repeated."""
    (tmp_path / "replica.my.cnf").write_text("password = hunter2\n")
    with pytest.raises(ConfigError) as caught:
        _url(tmp_path, f"mysql://{HOST}/s54321__net", {"HOME": str(tmp_path)})
    assert "hunter2" not in str(caught.value)
