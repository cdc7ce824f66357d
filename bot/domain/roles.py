"""Who may do what, in one table."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is, seen from the thing that they want to do something with."""

    ANYONE = "anyone"  # a full member of the workspace
    MANAGER = "manager"  # somebody reports to them
    MEMBER = "member"  # of the team in question
    LEAD = "lead"  # of the team in question
    ABOVE = "above"  # a lead of the team in question reports to them, or to somebody who does
    ADMIN = "admin"  # runs Cairn in this workspace


class Action(StrEnum):
    """What is guarded."""

    CHANGE_SETTINGS = "change_settings"
    MAKE_TEAM = "make_team"
    SEE_TEAM = "see_team"
    CHANGE_TEAM = "change_team"
    MAKE_CHECKIN = "make_checkin"
    DELETE_CHECKIN = "delete_checkin"
    RUN_CHECKIN = "run_checkin"
    REPLY_TO_ANSWER = "reply_to_answer"
    KEEP_ANSWER = "keep_answer"
    SEE_WHO_ANSWERED = "see_who_answered"
    SUMMARISE = "summarise"
    UNMASK_FEEDBACK = "unmask_feedback"
    SET_TEAM_GOAL = "set_team_goal"
    SET_COMPANY_GOAL = "set_company_goal"


WHO_MAY: dict[Action, frozenset[Role]] = {
    Action.CHANGE_SETTINGS: frozenset({Role.ADMIN}),
    Action.MAKE_TEAM: frozenset({Role.ADMIN, Role.MANAGER}),
    Action.SEE_TEAM: frozenset({Role.MEMBER, Role.LEAD, Role.ABOVE, Role.ADMIN}),
    Action.CHANGE_TEAM: frozenset({Role.LEAD, Role.ABOVE, Role.ADMIN}),
    Action.MAKE_CHECKIN: frozenset({Role.LEAD}),
    Action.DELETE_CHECKIN: frozenset({Role.LEAD}),
    Action.RUN_CHECKIN: frozenset({Role.LEAD}),
    Action.REPLY_TO_ANSWER: frozenset({Role.LEAD}),
    Action.KEEP_ANSWER: frozenset({Role.LEAD}),
    Action.SEE_WHO_ANSWERED: frozenset({Role.LEAD}),
    Action.SUMMARISE: frozenset({Role.LEAD, Role.ABOVE}),
    Action.UNMASK_FEEDBACK: frozenset({Role.ADMIN}),
    Action.SET_TEAM_GOAL: frozenset({Role.LEAD}),
    Action.SET_COMPANY_GOAL: frozenset({Role.ADMIN}),
}

ADMINS_RUN = frozenset({Action.MAKE_CHECKIN, Action.DELETE_CHECKIN, Action.RUN_CHECKIN, Action.SET_COMPANY_GOAL})
"""What admins do with check-ins that ask the whole company, and its goals. It has no leads: nobody reads all words."""


def who_may(action: Action, *, is_company: bool = False) -> frozenset[Role]:
    """The roles that may do something with a team, or with that of the whole company."""
    if is_company:
        return frozenset({Role.ADMIN}) if action in ADMINS_RUN else frozenset()
    return WHO_MAY[action]


def may(roles: frozenset[Role], action: Action, *, anyone_makes_teams: bool = False, is_company: bool = False) -> bool:
    """Whether somebody with these roles may do this; a workspace setting opens team-making to everyone."""
    if action is Action.MAKE_TEAM and anyone_makes_teams:
        return Role.ANYONE in roles
    return bool(roles & who_may(action, is_company=is_company))
