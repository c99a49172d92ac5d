"""The master secret: where it lies, who may read it, and what is done under it."""

import base64
import stat
from pathlib import Path

import pytest

from bot.config_place import SECRET_VARIABLE as VARIABLE
from bot.problems import InputError, Problem
from bot.store.keyring import (
    MARKS,
    Keyring,
    WrongSecretError,
    read_secret,
    token_digest,
    write_new_secret,
)

SECRET = bytes(range(32))
TEXT = base64.urlsafe_b64encode(SECRET).rstrip(b"=").decode()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Say where the secret lies."""
    return tmp_path / "config" / "secret"


def _problem(environ: dict[str, str], file: Path) -> Problem:
    with pytest.raises(InputError) as caught:
        read_secret(environ, file)
    (only,) = caught.value.problems
    return only


class TestReading:
    """`read_secret`, from the environment or from a file."""

    def test_comes_from_the_environment_first(self, secret: Path) -> None:
        """The variable wins over the file, with padding or without."""
        write_new_secret(secret)
        assert read_secret({VARIABLE: TEXT}, secret) == SECRET
        assert read_secret({VARIABLE: TEXT + "="}, secret) == SECRET

    def test_comes_from_the_file_else(self, secret: Path) -> None:
        """An empty variable is as good as none."""
        write_new_secret(secret, lambda count: SECRET[:count])
        assert read_secret({VARIABLE: ""}, secret) == SECRET

    def test_says_what_it_means_that_there_is_none(self, secret: Path) -> None:
        """A lost secret is not made anew in passing: what was sealed could never be opened."""
        problem = _problem({}, secret)
        assert problem.place == str(secret)
        assert "peer-support init" in problem.mend
        assert "put its secret back" in problem.mend
        assert not secret.exists()

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o610])
    def test_refuses_a_file_that_others_can_read(self, secret: Path, mode: int) -> None:
        """A loose mode is refused, with the command that mends it."""
        write_new_secret(secret)
        secret.chmod(mode)
        problem = _problem({}, secret)
        assert f"{mode:04o}" in problem.what
        assert problem.mend == f"chmod 600 {secret}"

    def test_says_why_a_file_can_not_be_read(self, secret: Path) -> None:
        """A folder in the secret's place is told as such, not as a crash."""
        secret.mkdir(parents=True)
        assert "cannot be read" in _problem({}, secret).what

    @pytest.mark.parametrize("text", ["short", TEXT[:-1], TEXT + "AAAA", "é" * 43, "!" * 43])
    def test_refuses_what_is_no_secret(self, secret: Path, text: str) -> None:
        """Something else than 32 bytes in base64url is never taken, and never repeated."""
        for problem in (_problem({VARIABLE: text}, secret), self._in_file(secret, text)):
            assert "32 bytes" in problem.what
            assert text not in str(problem)

    def _in_file(self, secret: Path, text: str) -> Problem:
        secret.parent.mkdir(exist_ok=True)
        secret.write_text(text, encoding="utf-8")
        secret.chmod(0o600)
        return _problem({}, secret)


class TestMaking:
    """`write_new_secret`."""

    def test_is_for_its_owner_alone(self, secret: Path) -> None:
        """The file is made with mode 0600, and two are never alike."""
        write_new_secret(secret)
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        other = secret.with_name("other")
        write_new_secret(other)
        assert read_secret({}, other) != read_secret({}, secret)

    def test_never_overwrites(self, secret: Path) -> None:
        """A secret that is there stays: losing it would lose every open case."""
        write_new_secret(secret)
        before = secret.read_bytes()
        with pytest.raises(FileExistsError):
            write_new_secret(secret)
        assert secret.read_bytes() == before


class TestKeyring:
    """Sealing, wrapping and marks."""

    def test_opens_what_it_sealed_in_its_place_only(self) -> None:
        """What was wrapped for one place opens there, and nowhere else."""
        keyring = Keyring(SECRET)
        key = keyring.new_key()
        wrapped = keyring.wrap(key, "story/1/0")
        assert keyring.unwrap(wrapped, "story/1/0") == key
        for about in ("story/2/0", "identity/1/0", ""):
            with pytest.raises(WrongSecretError):
                keyring.unwrap(wrapped, about)

    @pytest.mark.parametrize("cut", [0, 5, 12, 20])
    def test_tells_a_damaged_text_from_a_crash(self, cut: int) -> None:
        """Whatever is cut short does not open, and its name alone is told."""
        keyring = Keyring(SECRET)
        wrapped = keyring.wrap(b"x" * 32, "story/1/0")
        with pytest.raises(WrongSecretError) as caught:
            keyring.unwrap(wrapped[:cut], "story/1/0")
        assert str(caught.value) == "story"

    def test_seals_nothing_twice_alike(self) -> None:
        """Equal stories cannot be told to be equal."""
        keyring = Keyring(SECRET)
        assert keyring.wrap(b"x" * 32, "a") != keyring.wrap(b"x" * 32, "a")

    def test_needs_the_same_secret(self) -> None:
        """Another secret opens nothing."""
        mine, other = Keyring(SECRET), Keyring(bytes(32))
        with pytest.raises(WrongSecretError):
            other.unwrap(mine.wrap(b"x" * 32, "a"), "a")

    def test_marks_accounts_without_naming_them(self) -> None:
        """The same account has the same mark; another, or another use, has another."""
        keyring, other = Keyring(SECRET), Keyring(SECRET)
        keyring.adopt(MARKS, b"m" * 32)
        other.adopt(MARKS, b"n" * 32)
        mark = keyring.mark("requester", 4242)
        assert mark != other.mark("requester", 4242), "another store has other marks"
        assert mark == keyring.mark("requester", 4242)
        others = {keyring.mark("requester", 424), keyring.mark("notice", 4242)}
        assert mark not in others
        assert b"4242" not in mark
        assert keyring.mark("met", 1, 23) != keyring.mark("met", 12, 3)

    def test_has_a_key_of_its_own_for_each_purpose(self) -> None:
        """No two purposes share a key, and none is the secret itself."""
        keyring = Keyring(SECRET)
        keys = {keyring.derive(purpose) for purpose in ("wrap", "marks", "roster", "desk")}
        assert len(keys) == 4
        assert SECRET not in keys

    def test_draws_tokens_of_128_bits(self) -> None:
        """A link cannot be guessed, and the store keeps its hash alone."""
        keyring = Keyring(SECRET)
        token = keyring.new_token()
        assert len(token) == 22
        assert token != keyring.new_token()
        assert token.encode() not in token_digest(token)

    @pytest.mark.parametrize("size", [0, 16, 31, 33])
    def test_takes_a_secret_of_the_right_size_only(self, size: int) -> None:
        """A shorter secret would be a weaker one."""
        with pytest.raises(ValueError, match="32 bytes"):
            Keyring(bytes(size))
