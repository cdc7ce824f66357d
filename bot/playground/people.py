"""users.*, usergroups.*, auth.test: who there is."""

from typing import Any

from bot.playground.company import TEAM_ID, Person, UserGroup, user_json
from bot.playground.methods import Call, flag, method, need, paged
from bot.playground.world import BOT_ID, BOT_USER, SlackError


def shown(call: Call, person: Person) -> dict[str, Any]:
    return user_json(
        person,
        with_email=call.api.has_scope("users:read.email"),
        with_locale=flag(call.args, "include_locale"),
        at=int(call.world.machine_now()),
    )


@method("auth.test", tier=600)
def auth_test(call: Call) -> dict[str, Any]:
    company, bot = call.world.company, call.world.people[BOT_USER]
    me = {"user": bot.name, "user_id": BOT_USER, "bot_id": BOT_ID, "is_enterprise_install": False}
    return me | {"team": company.name, "team_id": TEAM_ID, "url": f"https://{company.name.lower()}.slack.com/"}


@method("users.list", scope="users:read", tier=20)
def users_list(call: Call) -> dict[str, Any]:
    page = paged(call, "members", list(call.world.people.values()))
    return page | {"members": [shown(call, p) for p in page["members"]]}


@method("users.info", scope="users:read", tier=100)
def users_info(call: Call) -> dict[str, Any]:
    return {"user": shown(call, call.world.person(need(call.args, "user")))}


def group_json(group: UserGroup, *, with_users: bool) -> dict[str, Any]:
    shown = {"id": group.id, "team_id": TEAM_ID, "is_usergroup": True, "handle": group.handle, "name": group.name}
    shown |= {"date_delete": 0, "user_count": len(group.users)}
    return shown | {"users": group.users} if with_users else shown


@method("usergroups.list", scope="usergroups:read", tier=20)
def usergroups_list(call: Call) -> dict[str, Any]:
    with_users = flag(call.args, "include_users")
    return {"usergroups": [group_json(g, with_users=with_users) for g in call.world.groups.values()]}


@method("usergroups.users.list", scope="usergroups:read", tier=20)
def usergroups_users_list(call: Call) -> dict[str, Any]:
    group = call.world.groups.get(need(call.args, "usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": group.users}
