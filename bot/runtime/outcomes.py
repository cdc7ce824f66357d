"""What Slack's answer means for a row, and for the lane that it went through."""

from __future__ import annotations

import structlog

from bot.runtime import pictures
from bot.runtime.rendering import Job, back_off
from bot.runtime.slack import Answer, Kind
from storage.lanes import LaneNews, LaneState
from storage.outbox_rows import ASKED, FAILED, POST, SENT, UNKNOWN, UPDATE, WAITING
from storage.settling import Settlement

log = structlog.get_logger(__name__)
UNKNOWNS_TO_STOP = 5
NO_ANSWER = "no_answer"


def judge(job: Job, answer: Answer) -> Settlement | None:
    """How the row goes on; None to send it again at once, as plain text."""
    row = job.row
    match answer.kind:
        case Kind.OK:
            return Settlement(row, SENT, answer.data.get("channel"), answer.data.get("ts"), attempted=True)
        case Kind.GONE if row.action != POST:
            return Settlement(row, SENT, attempted=True)  # gone is gone
        case Kind.UNKNOWN if row.action == POST:
            return Settlement(row, UNKNOWN if row.can_be_found else ASKED, error=answer.error, attempted=True)
        case Kind.UNKNOWN | Kind.UNREACHED | Kind.TEMPORARY:
            # After a 429 the pacer holds the method, so that rows go on in their order.
            retry_in = None if answer.retry_after else back_off(row.attempts)
            return Settlement(row, WAITING, error=answer.error, retry_in=retry_in, attempted=True)
        case Kind.PERMANENT_APP:
            return Settlement(row, WAITING, error=answer.error)
        case Kind.BAD_PAYLOAD if job.charts:
            return pictures.not_shown(job, answer)
        case Kind.BAD_PAYLOAD if row.action in (POST, UPDATE) and not job.is_plain:
            log.error("delivery.bad_payload", row=row.id, kind=row.kind, error=answer.error)
            job.make_plain(answer.error or "")
            return None
    log.warning("delivery.failed", row=row.id, kind=row.kind, action=row.action, error=answer.error)
    return Settlement(row, FAILED, error=answer.error, attempted=True)


class Breaker:
    """Whether the lane goes on: it stops after five calls in a row without an answer, or when the app is refused.

    After such a stop a call at a time is tried, and the first that isn't answered stops the lane again.
    """

    def __init__(self, workspace_id: str) -> None:
        self._log = log.bind(workspace=workspace_id)
        self._is_new = True
        self._told: str | None = None  # the reason that the operator has read
        self._unknowns = self._resumed = 0
        self._stop: str | None = None
        self._is_refused = self._is_well = self._resumes = self._has_news = False

    @property
    def is_open(self) -> bool:
        """Whether nothing may be sent."""
        return self._stop is not None

    @property
    def is_careful(self) -> bool:
        """Whether the last call wasn't answered, so that one at a time is enough."""
        return self._unknowns > 0

    def remember(self, lane: LaneState) -> None:
        """What the lane's last holder knew."""
        if self._is_new:
            self._is_new, self._unknowns, self._told = False, lane.unknowns, lane.reason
            self._resumed = lane.resumes

    def heard(self, answer: Answer) -> None:
        """Learn from one answer, or from there being none."""
        if answer.kind in (Kind.UNKNOWN, Kind.UNREACHED):
            self._unknowns += 1
            self._has_news = True
            if self._unknowns >= UNKNOWNS_TO_STOP:
                self.stop(NO_ANSWER)
        elif answer.kind is Kind.PERMANENT_APP:
            self.refused(answer)
        elif self._unknowns or (self._told and answer.kind is Kind.OK):
            self._unknowns, self._has_news = 0, True
            self._is_well = answer.kind is Kind.OK and not self.is_open
            self._resumed = 0 if self._is_well else self._resumed

    def refused(self, answer: Answer) -> None:
        """The app may not: the reason is Slack's code, and the scope that it says is needed."""
        self._is_refused = True
        self.stop(": ".join(filter(None, (answer.error, answer.data.get("needed")))))

    def stop(self, reason: str) -> None:
        """Send nothing more; the operator reads each reason once."""
        self._stop = reason
        self._has_news = True
        if self._told != reason:
            self._told = reason
            self._log.error("delivery.lane_stopped", reason=reason)

    def resume(self) -> None:
        """Slack answered `auth.test`: go on, carefully."""
        self._stop = None
        self._unknowns = UNKNOWNS_TO_STOP - 1
        self._resumed += 1
        self._resumes = self._has_news = True
        self._log.info("delivery.lane_resumed", reason=self._told)

    def news(self) -> LaneNews | None:
        """What the lane's row doesn't know yet; asking for it counts as having told."""
        if not self._has_news:
            return None
        news = LaneNews(
            *(self._unknowns, self._resumed, self._stop),
            is_patient=self._is_refused,
            resume=self._resumes,
            is_well=self._is_well,
        )
        if self._is_well:
            self._told = None
        self._has_news = self._resumes = self._is_well = self._is_refused = False
        return news

    def tell_again(self) -> None:
        """What was told last didn't reach the lane's row."""
        self._has_news = True
