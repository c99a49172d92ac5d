"""The shape of the configuration: frozen, with the default and the bounds of every setting."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.config.values import (
    DeskUrl,
    Identifier,
    Labels,
    Language,
    Line,
    MailAddress,
    Url,
    UserName,
    Whole,
    WikiTitle,
    wrong,
)
from bot.config_place import DEFAULT_DATABASE

Kind = Literal["emergency", "conduct", "community", "health", "legal", "other"]
Audience = Literal["requester", "supporter", "both"]


class Group(BaseModel):
    """Settings that stand together; one without a value is as good as left out."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_empty(cls, given: Any) -> Any:
        if given is None:
            return {}
        if isinstance(given, dict):
            return {key: value for key, value in given.items() if value is not None}
        return given


class Wiki(Group):
    """The pages on the wiki, by full title."""

    intake: WikiTitle
    landing: WikiTitle = "Project:Peer support"
    shutoff: WikiTitle = "User:PeerSupportBot/stop"

    @model_validator(mode="after")
    def _be_three_pages(self) -> Self:
        if len({title.casefold() for title in (self.intake, self.landing, self.shutoff)}) < 3:
            raise wrong(
                "Two of intake, landing and shutoff are the same page.",
                "Give each a page of its own: the bot reads one, people the next, and the third "
                "stops the bot.",
            )
        return self


class Desk(Group):
    """Where the desk is reached from outside, without a slash at the end."""

    url: DeskUrl = "http://127.0.0.1:8300"


class Operator(Group):
    """Who runs this, as shown to people, and who allowed personal data on the host."""

    name: Line | None = None
    privacy_contact: Line | None = None
    hosting_permission: Line | None = None


class Policy(Group):
    """How long people wait, how often they are asked, and how much one account may ask."""

    offers_at_once: Annotated[int, Whole(1, 20)] = 3
    answer_within_hours: Annotated[int, Whole(1, 720)] = 24
    remind_after_hours: Annotated[int, Whole(1, 720)] = 12
    nobody_yet_after_hours: Annotated[int, Whole(1, 720)] = 48
    give_up_after_days: Annotated[int, Whole(1, 90)] = 14
    contact_within_hours: Annotated[int, Whole(1, 720)] = 48
    story_hours: Annotated[int, Whole(1, 720)] = 72
    close_silent_case_after_days: Annotated[int, Whole(1, 365)] = 60
    cool_down_days: Annotated[int, Whole(0, 365)] = 7
    open_requests_per_account: Annotated[int, Whole(1, 20)] = 1
    requests_per_account_per_month: Annotated[int, Whole(1, 100)] = 3
    supporters_one_requester_may_meet: Annotated[int, Whole(1, 100)] = 5
    mails_per_day: Annotated[int, Whole(1, 100_000)] = 200


class Retention(Group):
    """How long what must be kept is kept."""

    # A new key comes every day, so one must outlive a day; the promise is 50 h with the grace.
    page_key_hours: Annotated[int, Whole(26, 48)] = 48
    closed_case_days: Annotated[int, Whole(1, 365)] = 30
    complaint_days: Annotated[int, Whole(1, 365)] = 30


class SignUp(Group):
    """From which day to which people can apply to become supporters, both days counted."""

    opens: dt.date | None = None
    closes: dt.date | None = None


class Alarms(Group):
    """How operators hear of alarms, beside the log."""

    webhook: Annotated[Url | None, Field(repr=False)] = None


class Schedule(Group):
    """How often the worker looks."""

    quick_seconds: Annotated[int, Whole(1, 300)] = 3
    intake_seconds: Annotated[int, Whole(1, 300)] = 15
    rest_seconds: Annotated[int, Whole(1, 300)] = 60

    @model_validator(mode="after")
    def _slow_down(self) -> Self:
        """Keep the three in order; one that was left out follows the one that was given."""
        quick = self.quick_seconds if "quick_seconds" in self.model_fields_set else 1
        rest = self.rest_seconds if "rest_seconds" in self.model_fields_set else 300
        if not quick <= self.intake_seconds <= rest:
            raise wrong(
                "The worker would look less often while something happens than at rest.",
                "Let quick_seconds be at most intake_seconds, and that at most rest_seconds "
                f"(they are {self.quick_seconds}, {self.intake_seconds}, {self.rest_seconds}).",
            )
        return self


def _no_labels() -> Mapping[str, str]:
    return MappingProxyType({})


class Topic(Group):
    """What somebody may want support with; an id without labels is its own label."""

    id: Identifier
    labels: Labels = Field(default_factory=_no_labels)


class Background(Group):
    """A background that a requester may wish for in a supporter."""

    id: Identifier
    labels: Labels = Field(default_factory=_no_labels)


class Channel(Group):
    """A way for the two to talk, and what it shows of the requester, said before they choose."""

    id: Identifier
    labels: Labels
    reveals: Labels
    address: bool = False
    public: bool = False


class Turn(Group):
    """Somewhere else to turn: one mail address or one page, and the day somebody checked it."""

    kind: Kind
    label: Labels
    mail: MailAddress | None = None
    url: Url | None = None
    checked: dt.date

    @model_validator(mode="after")
    def _lead_somewhere(self) -> Self:
        if (self.mail is None) == (self.url is None):
            raise wrong("Exactly one of mail and url is expected here.", "Write one of the two.")
        return self


class Resource(Group):
    """A page worth reading, in one language or (without `language`) in many."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=True)

    label: Labels
    url: Url
    language: Language | None = None
    audience: Audience = Field(default="both", alias="for")


def _somebody_and_once(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise wrong("Nobody coordinates yet.", "Name at least one account that does.")
    if len(set(names)) < len(names):
        raise wrong("An account is named twice.", "Name each account once.")
    return names


class Gadget(Group):
    """For whom the form is: for everybody who does not switch it off, or for who switches it on."""

    default: bool = True


class Settings(Group):
    """What the configuration file itself says, apart from its lists."""

    wiki: Wiki
    database: Annotated[str, Field(repr=False)] = DEFAULT_DATABASE
    desk: Desk = Desk()
    coordinators: Annotated[
        tuple[UserName, ...], Field(strict=False), AfterValidator(_somebody_and_once)
    ]
    plain_requests: bool = True
    message_characters: Annotated[int, Whole(0, 1000)] = 1000
    locale: Language = "en"
    operator: Operator = Operator()
    policy: Policy = Policy()
    retention: Retention = Retention()
    sign_up: SignUp = SignUp()
    schedule: Schedule = Schedule()
    alarms: Alarms = Alarms()
    gadget: Gadget = Gadget()


class Config(Settings):
    """The whole configuration, checked and complete; the folder that its paths count from."""

    base: Path
    database_url: Annotated[str, Field(repr=False)]
    topics: tuple[Topic, ...]
    channels: tuple[Channel, ...]
    backgrounds: tuple[Background, ...]
    where_to_turn: tuple[Turn, ...]
    resources: tuple[Resource, ...]
