"""`/cairn access`: who was shown what is mine, to me alone, and nobody who wrote in confidence."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from storage import access, audience
from storage.feedback import Feedback
from tests.house import ANA, BO, CY, FINN, TOKYO, House, answer, local
from tests.stories.acts import ONE_HOUSE, key_of, monday_in_tokyo, stored


async def looked(house: House, user: str) -> str:
    """What the list says, as one line."""
    await house.slack.says(user, "/cairn access")
    return said(house, user)


def said(house: House, user: str) -> str:
    view = house.slack.view(user)
    assert view is not None
    return " ".join(_texts(view["blocks"])).replace("*", "")


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for each in value.values() for text in _texts(each)]
    return [text for each in value for text in _texts(each)] if isinstance(value, list) else []


async def test_whoever_got_my_answers_is_there_and_i_am_not(house: House) -> None:
    await monday_in_tokyo(house, readers="Its leads only")
    assert "Cairn has shown nothing of yours to anybody yet." in await looked(house, FINN)
    await answer(house, FINN, "On the train")
    await house.move_to(local(TOKYO, 25, 9))

    found = await looked(house, FINN)
    assert "Dana, " in found
    assert ": your answers in a digest" in found
    assert "Finn" not in found
    assert "Cairn can't know" in found


class TestAlone:
    pytestmark = ONE_HOUSE

    async def test_it_is_paged(self, house: House) -> None:
        ana, bo = await key_of(house, ANA), await key_of(house, BO)

        def many(session: Session) -> None:
            for n in range(21):
                access.log(session, bo, [(ana, n)], what="goal", place="goals.one", at=local(TOKYO, 22, 9, n))

        await stored(house, many)
        assert (await looked(house, ANA)).count("your goal in a list of goals") == 20
        await house.slack.clicks_in_view(ANA, "access.older", "1")
        assert said(house, ANA).count("your goal") == 1
        await house.slack.clicks_in_view(ANA, "access.newer", "0")
        assert said(house, ANA).count("your goal") == 20

    async def test_who_wrote_in_confidence_is_not_told_by_what_they_read(self, house: House) -> None:
        ana, bo, cy, now = await key_of(house, ANA), await key_of(house, BO), await key_of(house, CY), house.now

        def write(session: Session) -> None:
            thread = Feedback(
                author_id=bo,
                receiver_id=ana,
                kind="praise",
                is_confidential=True,
                audience_id=audience.of_everyone(session),
                at=now,
            )
            session.add(thread)
            session.flush()
            for reader in (bo, cy):
                access.log(session, reader, [(ana, thread.key)], what="feedback", place="thread", at=now)
            # A reply, whose number means nothing of the thread's, in a thread of Bo's that is signed.
            access.log(session, bo, [(ana, thread.key)], what="feedback_message", place="thread", at=now)

        await stored(house, write)
        found = await looked(house, ANA)
        assert "Cy" in found
        assert ": your feedback in a thread" in found
        assert found.count("Bo, ") == 1
        assert ": your reply in a thread" in found
