"""What the operator wrote, checked: `load` gives a frozen Config, or a ConfigError to mend."""

from bot.config.model import (
    Background,
    Channel,
    Config,
    Desk,
    Operator,
    Policy,
    Resource,
    Retention,
    Schedule,
    Topic,
    Turn,
    Wiki,
)
from bot.config.reader import ConfigError, load, read

__all__ = [
    "Background",
    "Channel",
    "Config",
    "ConfigError",
    "Desk",
    "Operator",
    "Policy",
    "Resource",
    "Retention",
    "Schedule",
    "Topic",
    "Turn",
    "Wiki",
    "load",
    "read",
]
