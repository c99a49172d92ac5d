"""The conversation: what is asked, what is tried, and what an answer that fails leads to."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

import pytest

from bot.checks.check import Check, Verdict
from bot.problems import Problem
from bot.setup.answers import Answers
from bot.setup.dialogue import Circumstances, Dialogue
from bot.setup.found import Found
from bot.setup.questions import Ask

SECRET = "0123456789abcdefghijklmnopqrstuv"
OTHER = SECRET[::-1]
KNOWN = Answers(
    wiki="meta:meta",
    account="Bot",
    suffix="peer",
    password=SECRET,
    shutoff="User:Bot/stop",
    coordinators=("Coral",),
    operator="We",
    privacy_contact="us@mail.example",
    hosting_permission="Them",
    desk="https://desk.example",
)


@dataclass
class Scripted:
    """A terminal where somebody types these lines, and no more; `prompts` were asked."""

    lines: list[str]
    prompts: list[str] = field(default_factory=list)
    shown: list[Check] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def tell(self, text: str = "") -> None:
        """Note what is told."""
        self.told.append(text)

    def ask(self, prompt: str, known: str, *, hidden: bool = False) -> str:
        """Type the next line."""
        assert hidden == (prompt == "Bot password")
        self.prompts.append(f"{prompt} [{known}]" if known else prompt)
        return self.lines.pop(0)

    def looking(self) -> AbstractContextManager[object]:
        """Take no time."""
        return nullcontext()

    def show(self, checks: Iterable[Check]) -> None:
        """Note what is shown."""
        self.shown += checks

    def complain(self, problems: Iterable[Problem]) -> None:
        """Note what is wrong."""
        self.told += [str(one) for one in problems]


@dataclass
class World:
    """A wiki, a database and a desk of which `wrong` says what does not hold; `tried` was tried."""

    wrong: set[str] = field(default_factory=set)
    tried: list[tuple[str, object]] = field(default_factory=list)
    public: bool = True

    def _found(self, what: str, value: object, **facts: str) -> Found:
        self.tried.append((what, value))
        if {what, str(value)} & self.wrong:
            return Found((Check(what, Verdict.FAILED, "no", "mend it"),))
        return Found((Check(what, Verdict.PASSED, "yes"),), facts)

    def wiki(self, answers: Answers) -> Found:
        """Try the wiki."""
        public = {"public": "yes"} if self.public else {}
        return self._found("wiki", answers.wiki, name="A wiki", **public)

    def account(self, answers: Answers) -> Found:
        """Try the log-in."""
        return self._found("log-in", answers.password, user=answers.account or "Own")

    def coordinators(self, answers: Answers) -> Found:
        """Try the coordinators."""
        return self._found("coordinators", answers.coordinators)

    def mail(self, _answers: Answers, to: str) -> Found:
        """Try a mail."""
        return self._found("mail", to)

    def database(self, answers: Answers) -> Found:
        """Try the database."""
        return self._found("database", answers.database)

    def desk(self, answers: Answers, *, public: bool) -> Found:
        """Try the desk."""
        assert public == self.public or "wiki" in self.wrong
        return self._found("desk", answers.desk)


ABOUT = Circumstances(families=frozenset({"meta", "wikipedia"}), judge_database=str)


def held(
    lines: list[str],
    world: World | None = None,
    known: Answers = KNOWN,
    about: Circumstances = ABOUT,
) -> tuple[Answers, Scripted]:
    """Hold a conversation to its end; nothing may be left to type."""
    terminal = Scripted(lines)
    answers = Dialogue(terminal, world or World(), known, about).hold()
    assert terminal.lines == []
    return answers, terminal


def test_from_nothing() -> None:
    """Everything is asked once and in order, and each answer is tried."""
    world = World()
    answers, terminal = held(
        [
            "meta",
            "Bot@peer",
            SECRET,
            "Coral, Cleo",
            "",
            "We",
            "us@mail.example",
            "",
            "x.db",
            "d.org",
        ],
        world,
        Answers(),
    )
    assert answers == replace(
        KNOWN,
        coordinators=("Coral", "Cleo"),
        hosting_permission="",
        database="x.db",
        desk="https://d.org",
    )
    assert [what for what, _ in world.tried] == [
        *("wiki", "log-in", "coordinators", "database", "desk"),
    ]
    asked = [one.partition(" [")[0] for one in terminal.prompts]
    assert asked == [
        *(Ask.WIKI.value.prompt, Ask.ACCOUNT.value.prompt, Ask.PASSWORD.value.prompt),
        *(Ask.COORDINATORS.value.prompt, Ask.MAIL_TO.value.prompt, Ask.OPERATOR.value.prompt),
        *(Ask.PRIVACY_CONTACT.value.prompt, Ask.HOSTING_PERMISSION.value.prompt),
        *(Ask.DATABASE.value.prompt, Ask.DESK.value.prompt),
    ]


def test_enter_keeps_everything() -> None:
    """Ten times Enter, and nothing has changed; the password is not shown."""
    answers, terminal = held([""] * 10)
    assert answers == KNOWN
    assert SECRET not in " ".join([*terminal.prompts, *terminal.told])


def test_a_wrong_password_is_asked_again_with_its_account() -> None:
    """The wiki does not say which of the two is wrong; what is typed then is tried anew."""
    world = World(wrong={OTHER})
    lines = ["", "", OTHER, "", SECRET, *[""] * 7]
    answers, terminal = held(lines, world)
    assert answers == KNOWN
    assert [value for what, value in world.tried if what == "log-in"] == [OTHER, SECRET]
    assert "Bot password [the one there is]" in terminal.prompts


def test_what_fails_can_be_kept() -> None:
    """Enter after a trial that failed goes on, without trying it again."""
    world = World(wrong={"log-in", "coordinators", "database"})
    answers, _ = held(["", *["", ""] * 2, "", *[""] * 3, "", "", ""], world)
    assert answers == KNOWN
    # The coordinators can only be looked up logged in, and no mail can be sent.
    assert [what for what, _ in world.tried] == ["wiki", "log-in", "database", "desk"]


def test_the_same_typed_again_is_tried_again() -> None:
    """Somebody has mended something elsewhere meanwhile: the tick of a grant, a database made."""
    one, other = "sqlite:///x.db", "sqlite:///y.db"
    world = World(wrong={one})
    held([*[""] * 8, one, one, other, ""], world)
    assert [value for what, value in world.tried if what == "database"] == [one, one, other]


@pytest.mark.parametrize(
    ("lines", "suffix"),
    [
        (["Other@its", OTHER], "its"),
        (["Other", f"its@{OTHER}"], "its"),
        (["Other", OTHER, "@its"], "its"),
        ([f"Other@its {OTHER}"], "its"),
    ],
)
def test_another_account(lines: list[str], suffix: str) -> None:
    """It begins without the password of the one before, and the shut-off page follows it."""
    answers, _ = held(["", *lines, *[""] * 7])
    assert (answers.account, answers.suffix, answers.password) == ("Other", suffix, OTHER)
    assert answers.shutoff == "User:Other/stop"


def test_another_bot_password_needs_its_own_secret() -> None:
    """The secret of another one is not kept by Enter."""
    answers, terminal = held(["", "Bot@new", "", OTHER, *[""] * 7])
    assert (answers.suffix, answers.password) == ("new", OTHER)
    assert any("has to be known" in one for one in terminal.told)


def test_nonsense_is_told_and_asked_again() -> None:
    """Without a trial, and without losing what is known."""
    world = World()
    answers, terminal = held(["wikpedia:de", "wikipedia:de", *[""] * 9], world)
    assert answers.wiki == "wikipedia:de"
    assert [value for what, value in world.tried if what == "wiki"] == ["wikipedia:de"]
    assert any("Did you mean wikipedia?" in one for one in terminal.told)


def test_a_dash_takes_something_out() -> None:
    """What can be left out can be taken out; what is needed cannot."""
    answers, _ = held([*[""] * 5, "-", *[""] * 4])
    assert answers == replace(KNOWN, operator="")


def test_a_trial_on_this_machine_asks_for_no_operator() -> None:
    """Nobody has to know who runs a trial."""
    answers, terminal = held([""] * 7, World(public=False))
    assert answers == KNOWN
    assert not any(one.startswith(Ask.OPERATOR.value.prompt) for one in terminal.prompts)


def test_a_wiki_that_is_away_leaves_no_question_out() -> None:
    """Enter goes on without it; whether it is public is not known, so it counts as that."""
    answers, terminal = held([*["", ""], *[""] * 9], World(wrong={"wiki"}))
    assert answers == KNOWN
    assert any(one.startswith(Ask.HOSTING_PERMISSION.value.prompt) for one in terminal.prompts)


def test_a_mail_is_sent_only_to_somebody_named() -> None:
    """Enter sends none; a name sends one."""
    world = World()
    held([*[""] * 4, "User:Coral", *[""] * 5], world)
    assert [value for what, value in world.tried if what == "mail"] == ["Coral"]


def test_titles_are_asked_for_when_wanted() -> None:
    """With `pages`; otherwise they keep what they are."""
    lines = [*[""] * 3, "[[Project:Help/In]]", "", "", *[""] * 7]
    answers, _ = held(lines, about=replace(ABOUT, pages=True))
    assert answers == replace(KNOWN, intake="Project:Help/In")


def test_files_of_somebodys_own_are_tried_as_they_are() -> None:
    """Neither wiki nor account is asked for then."""
    world = World()
    answers, terminal = held(
        [""] * 7, world, Answers(coordinators=("Coral",)), replace(ABOUT, own_files=True)
    )
    assert answers.shutoff == "User:Own/stop"
    assert terminal.prompts[0].startswith(Ask.COORDINATORS.value.prompt)
    assert [what for what, _ in world.tried][:2] == ["wiki", "log-in"]


def test_a_database_of_the_environment_is_tried_and_not_asked_for() -> None:
    """PEER_SUPPORT_DATABASE may hold a password."""
    world = World()
    _, terminal = held([""] * 9, world, about=replace(ABOUT, database_named=True))
    assert not any(one.startswith("Database") for one in terminal.prompts)
    assert "database" in dict(world.tried)


def test_a_password_in_a_database_is_not_shown() -> None:
    """One that somebody wrote into the configuration stays there."""
    known = replace(KNOWN, database="mysql://me:hunter2@host/net")
    answers, terminal = held([""] * 10, known=known)
    assert answers == known
    assert "hunter2" not in " ".join(terminal.prompts)
