"""The names by which Slack tells us what was clicked or sent: views write them, handlers register them."""

from __future__ import annotations

ANSWER = "checkin.answer"
ANSWER_FORM = "checkin.answer.form"
ANSWER_INPUT = "checkin.answer.input"
ANSWER_BRANCH = "checkin.answer.branch"
CHOOSE_FORM = "checkin.choose.form"
MOOD = "checkin.mood"
SKIP = "checkin.skip"
DISCARD = "checkin.discard"
PAUSE = "checkin.pause"
RESUME = "checkin.resume"
SAMPLE = "checkin.sample"
WHO_READS = "checkin.who_reads"
NEW_CHECKIN = "checkin.new"
TEMPLATE = "checkin.setup.begin"
CONTINUE_SETUP = "checkin.setup.continue"
SETUP_FORM = "checkin.setup.form"
SETUP_INPUT = "checkin.setup.input"
SETUP_SHAPE = "checkin.setup.shape"
ADD_QUESTION = "checkin.setup.add"
CHANGE_QUESTION = "checkin.setup.question"
QUESTION_FORM = "checkin.question.form"
QUESTION_INPUT = "checkin.question.input"
QUESTION_SHAPE = "checkin.question.shape"
PREVIEW_FORM = "checkin.preview.form"
MANAGE_CHECKINS = "checkin.manage"
EDIT_CHECKIN = "checkin.edit"
EDIT_ANEW = "checkin.edit.anew"
ASK_NOW = "checkin.ask_now"
PAUSE_CHECKIN = "checkin.pause_all"
RESUME_CHECKIN = "checkin.resume_all"
DELETE_CHECKIN = "checkin.delete"
WHY_FORM = "why"
WHY_NEWER = "why.newer"
WHY_OLDER = "why.older"
NEW_TEAM = "team.new"
NEW_TEAM_FORM = "team.new.form"
SETTINGS = "settings"
SETTINGS_FORM = "settings.form"
POST_DIGEST_AGAIN = "digest.again"
REPLY = "reply"
REPLY_FORM = "reply.form"
ANSWER_REPLY = "reply.answer"
ANSWER_REPLY_FORM = "reply.answer.form"
KEEP = "keep"
UNKEEP = "keep.undo"
KEEP_DONE = "keep.done"
CLOSE_BLOCKER = "blocker.close"
REOPEN_BLOCKER = "blocker.reopen"
SHARE_BLOCKER = "blocker.share"
"""Values and block_ids that carry an id are `q<question>` for a question; a button's value is an id alone.

ANSWER_BRANCH is an input on whose answer it depends whether others are asked.
"""


def mood(step: int) -> str:
    """The name of one of the five moods in a row, which may not have the same name."""
    return f"{MOOD}.{step}"


def step(action_id: str) -> int:
    """Which of the moods that is."""
    return int(action_id.rpartition(".")[2])
