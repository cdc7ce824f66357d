"""The edge between Slack and the handlers: nothing that can be pressed is without a handler, nobody waits too long."""

from __future__ import annotations

from typing import cast

from bot.domain.checkins import STEPS
from bot.domain.feedback_inbox import Box
from bot.runtime.app import make_routes
from bot.views import actions, delivery, summaries
from bot.views.goals import Scope
from handlers import COMMANDS, EVENTS
from handlers.bolt import HURRY
from handlers.desk import PATIENCE, Desk

SLACK_WAITS = 3.0
FOR_NOTHING = {
    actions.ACCESS_FORM,
    actions.API_FORM,
    actions.MORE_FEEDBACK_FORM,
    actions.FEEDBACK_INBOX_FORM,
    actions.FEEDBACK_THREAD_FORM,
    actions.CHOOSE_FORM,
    actions.MY_KUDOS_FORM,
    actions.WHERE_FORM,
    actions.WHY_FORM,
    actions.TEAMS_FORM,
    actions.TEAM_FORM,
    actions.GOALS_VIEW,
    actions.GOAL_VIEW,
}
"""Forms without anything to send."""


def names() -> set[str]:
    """Every name that a view gives to something that can be pressed or sent."""
    listed = {value for name, value in vars(actions).items() if name.isupper()}
    moods = {actions.mood(step) for step in STEPS} | {actions.feedback_box(box) for box in Box}
    goals = {f"{actions.GOALS}.{scope}" for scope in Scope}
    teams = {f"{actions.SUMMARY_OF_TEAM}.{n}" for n in range(summaries.TEAMS)}
    return (
        (listed - {actions.MOOD, actions.FEEDBACK_BOX, actions.GOALS, actions.SUMMARY_OF_TEAM})
        | moods
        | goals
        | teams
        | {delivery.ACTION_ARRIVED, delivery.ACTION_POST_AGAIN}
    )


def test_everything_that_can_be_pressed_or_sent_has_a_handler_and_nothing_else_has() -> None:
    routes = make_routes(cast("Desk", None))

    assert {name for name in names() if name.endswith(".form")} - FOR_NOTHING == set(routes.views)
    assert {name for name in names() if not name.endswith(".form")} == {
        *routes.actions,
        *routes.shortcuts,
        *routes.options,
    }


def test_every_command_and_event_of_the_manifest_has_a_handler() -> None:
    routes = make_routes(cast("Desk", None))

    assert {command.name for command in COMMANDS} == set(routes.commands)
    assert {event.partition(".")[0] for event in EVENTS} == set(routes.events)


def test_the_last_word_comes_before_slack_gives_up() -> None:
    assert PATIENCE * (1 + HURRY) < SLACK_WAITS - 0.1
