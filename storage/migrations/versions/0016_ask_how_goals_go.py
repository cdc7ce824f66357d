"""Ask how goals go."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BEFORE = "kind IN ('short_text', 'long_text', 'scale', 'mood', 'blocker', 'choice', 'choices', 'number')"
AFTER = "kind IN ('short_text', 'long_text', 'scale', 'mood', 'blocker', 'choice', 'choices', 'number', 'progress')"


def upgrade() -> None:
    _check(AFTER)


def downgrade() -> None:
    _check(BEFORE)


def _check(kinds: str) -> None:
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_question_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_question_kind"), kinds)
