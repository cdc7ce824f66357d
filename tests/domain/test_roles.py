"""Who may do what, as one readable table."""

from __future__ import annotations

import pytest

from bot.domain.roles import WHO_MAY, Action, Role, may

ALLOWED = {
    Action.CHANGE_SETTINGS: {Role.ADMIN},
    Action.MAKE_TEAM: {Role.ADMIN, Role.MANAGER},
    Action.SEE_TEAM: {Role.MEMBER, Role.LEAD, Role.ABOVE, Role.ADMIN},
    Action.CHANGE_TEAM: {Role.LEAD, Role.ABOVE, Role.ADMIN},
    Action.MAKE_CHECKIN: {Role.LEAD},
    Action.DELETE_CHECKIN: {Role.LEAD},
    Action.RUN_CHECKIN: {Role.LEAD},
    Action.REPLY_TO_ANSWER: {Role.LEAD},
    Action.KEEP_ANSWER: {Role.LEAD},
    Action.SEE_WHO_ANSWERED: {Role.LEAD},
    Action.SUMMARISE: {Role.LEAD, Role.ABOVE},
    Action.UNMASK_FEEDBACK: {Role.ADMIN},
    Action.SET_TEAM_GOAL: {Role.LEAD},
    Action.SET_COMPANY_GOAL: {Role.ADMIN},
}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_the_table_says(action: Action, role: Role) -> None:
    assert may(frozenset({role}), action) == (role in ALLOWED[action])


def test_every_action_is_somebodys() -> None:
    assert set(WHO_MAY) == set(Action)
    assert all(WHO_MAY.values())


def test_a_workspace_may_let_everyone_make_teams_but_guests() -> None:
    assert may(frozenset({Role.ANYONE}), Action.MAKE_TEAM, anyone_makes_teams=True)
    assert not may(frozenset(), Action.MAKE_TEAM, anyone_makes_teams=True)
    assert not may(frozenset({Role.ANYONE}), Action.CHANGE_SETTINGS, anyone_makes_teams=True)
