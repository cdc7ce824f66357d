"""Who is in the workspace, and what the app under test asked for in its manifest."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

TEAM_ID = "TACME"
SLACKBOT = "USLACKBOT"


@dataclass
class Person:
    """A user as Slack's admins made them; `team_id` is set for somebody from another workspace."""

    id: str
    name: str
    real_name: str
    tz: str = "Europe/Berlin"
    locale: str = "en-US"
    title: str = ""
    email: str | None = None
    team_id: str | None = None
    is_admin: bool = False
    is_owner: bool = False
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_invited_user: bool = False
    deleted: bool = False


@dataclass
class Channel:
    id: str
    name: str
    members: list[str]
    private: bool = False
    bot_is_member: bool = False
    is_ext_shared: bool = False
    is_archived: bool = False


@dataclass
class UserGroup:
    id: str
    handle: str
    name: str
    users: list[str]


@dataclass(frozen=True)
class Command:
    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = True


@dataclass(frozen=True)
class Shortcut:
    callback_id: str
    name: str
    type: str = "global"


@dataclass
class AppConfig:
    """What a Slack app manifest says; `scopes=None` grants every scope."""

    name: str = "Cairn"
    commands: list[Command] = field(default_factory=list)
    shortcuts: list[Shortcut] = field(default_factory=list)
    bot_events: list[str] = field(default_factory=list)
    scopes: list[str] | None = None
    home_tab: bool = True
    messages_tab: bool = True

    @classmethod
    def from_manifest(cls, manifest: dict[str, Any]) -> Self:
        """Read a manifest as `cairn manifest` prints it (Slack: docs 'App manifest reference')."""
        features = manifest.get("features", {})
        home = features.get("app_home", {})
        return cls(
            name=manifest["display_information"]["name"],
            commands=[
                Command(c["command"], c.get("description", ""), c.get("usage_hint", ""), c.get("should_escape", False))
                for c in features.get("slash_commands", [])
            ],
            shortcuts=[Shortcut(s["callback_id"], s["name"], s["type"]) for s in features.get("shortcuts", [])],
            bot_events=list(manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events", [])),
            scopes=list(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])),
            home_tab=home.get("home_tab_enabled", False),
            messages_tab=home.get("messages_tab_enabled", True),
        )


@dataclass
class Company:
    name: str
    people: list[Person]
    channels: list[Channel]
    user_groups: list[UserGroup] = field(default_factory=list)
    app: AppConfig = field(default_factory=AppConfig)


CAST = ["UANA", "UBO", "UCY", "UDANA", "UEVA", "UFINN", "UGUS", "UHANA"]


def acme(app: AppConfig | None = None) -> Company:
    """Eight people in three time zones, and four accounts that a sync has to leave out."""
    berlin, new_york, tokyo = "Europe/Berlin", "America/New_York", "Asia/Tokyo"
    people = [
        Person("UANA", "ana", "Ana Almeida", berlin, "en-GB", "Engineer"),
        Person("UBO", "bo", "Bo Bergström", berlin, "en-GB", "Engineer"),
        Person("UCY", "cy", "Cy Carter", new_york, "en-US", "Designer"),
        Person("UDANA", "dana", "Dana Dietrich", berlin, "en-GB", "Head of Platform", is_admin=True),
        Person("UEVA", "eva", "Eva Ellis", new_york, "en-US", "Engineering lead"),
        Person("UFINN", "finn", "Finn Fukuda", tokyo, "en-US", "Engineer"),
        Person("UGUS", "gus", "Gus Goto", tokyo, "en-US", "Support"),
        Person("UHANA", "hana", "Hana Hoffmann", berlin, "de-DE", "Product"),
        Person(SLACKBOT, "slackbot", "Slackbot", "America/Los_Angeles"),
        Person("UOLAF", "olaf", "Olaf Olsen", berlin, deleted=True),
        Person("UGUEST", "guest", "Gil Guest", berlin, is_restricted=True),
        Person("UPOLLS", "polls", "Polls", "America/Los_Angeles", is_bot=True),
    ]
    for person in people[:8]:
        person.email = f"{person.name}@acme.example"
    channels = [
        Channel("CGENERAL", "general", [*CAST, "UGUEST", "UPOLLS"], bot_is_member=True),
        Channel("CPLATFORM", "platform", list(CAST), private=True, bot_is_member=True),
        Channel("CDESIGN", "design", ["UCY", "UEVA", "UHANA"]),
        Channel("CRANDOM", "random", list(CAST), bot_is_member=True),
    ]
    groups = [UserGroup("SLEADS", "leads", "Leads", ["UDANA", "UEVA"])]
    return Company("Acme", people, channels, groups, app or AppConfig())


def user_json(person: Person, *, with_email: bool, with_locale: bool, at: int) -> dict[str, Any]:
    """A user as `users.info` shows it; Slack leaves the time zone out for deactivated accounts."""
    team = {"team_id": person.team_id or TEAM_ID}
    profile = {"real_name": person.real_name, "display_name": person.real_name.partition(" ")[0], "title": person.title}
    if with_email and person.email:
        profile["email"] = person.email
    user = {"id": person.id, "name": person.name, "deleted": person.deleted, "profile": profile, **team}
    user |= {"is_bot": person.is_bot, "is_app_user": False, "updated": at}
    if person.deleted:
        return user
    user |= {"real_name": person.real_name, "tz": person.tz, "tz_label": person.tz, "tz_offset": _offset(person.tz, at)}
    flags = ("is_admin", "is_owner", "is_restricted", "is_ultra_restricted", "is_invited_user")
    user |= {flag: getattr(person, flag) for flag in flags}
    return user | {"locale": person.locale} if with_locale else user


def _offset(tz: str, at: int) -> int:
    offset = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(tz)).utcoffset()
    return int(offset.total_seconds()) if offset else 0
