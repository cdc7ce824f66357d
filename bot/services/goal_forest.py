"""The tree of goals as somebody may see it, a page at a time, each with how far it is and what is below it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.goal_order import in_order
from bot.domain.rollup import roll_up
from bot.notices import goal_cards
from bot.services.goal_lists import log
from bot.views.goal_tree import PAGE, GoalTree, TreeLine
from storage import goal_tree, goals
from storage.people import Person


def tree(session: Session, actor: Person, page: int, now: datetime) -> GoalTree:
    """A page of all goals that somebody may read, from the company's down; what they are shown is remembered."""
    placed = goal_tree.forest(session, actor)
    rolled = roll_up(each.node for each in placed)
    order = in_order([each.node for each in placed], {each.node.key: each.kind for each in placed})
    page = max(0, min(page, (len(order) - 1) // PAGE))
    shown = order[page * PAGE : (page + 1) * PAGE]
    found = goals.by_ids(session, [key for key, _ in shown])
    listed = [found[key] for key, _ in shown]
    log(session, actor, listed, "tree", now)
    lines = goal_cards.lines(session, listed, actor, now, owned=True)
    return GoalTree(
        [TreeLine(line, depth, rolled[key]) for line, (key, depth) in zip(lines, shown, strict=True)], len(order), page
    )
