"""What changes under a lead's hands while they set a check-in up or change it: a sentence, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta

from storage.checkins import CheckIn, Question
from tests.house import (
    ANA,
    BO,
    DANA,
    EVA,
    FINN,
    GENERAL,
    NEW_YORK,
    PLATFORM,
    TOKYO,
    House,
    begin_checkin,
    local,
    make_platform,
    open_form,
    platform_team,
    switch_on,
)
from tests.stories.acts import (
    NEXT,
    WENT_WELL,
    deliver,
    fill_in,
    last_delivery,
    monday_in_tokyo,
    prompt,
    rows,
)
from tests.stories.asking import shown, typed
from tests.stories.test_checkin_changes import platform_of_two_leads
from tests.stories.test_checkin_setup import ADD, adds, does, listed, value
from tests.stories.test_team_changes import edit as edit_team
from tests.stories.test_team_changes import save as save_team

FULL = "A check-in has at most 20 questions. Leave some out, or make a second check-in."
EXPIRED = "This form was finished or has expired"


def seen(house: House, user: str = DANA) -> str:
    """All that the form on top says, as its JSON."""
    return str(house.slack.view(user))


class TestQuestions:
    async def test_one_more_than_twenty_from_an_older_form_is_refused_with_the_reason(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house, template="empty")
        await house.slack.chooses(DANA, ADD, "short_text")
        from_an_older_form = last_delivery(house)
        await house.slack.closes(DANA)
        for n in range(20):
            await adds(house, "short_text", f"Question number {n}?")

        assert (await deliver(house, DANA, from_an_older_form)).acked

        assert FULL in seen(house)
        await house.slack.closes(DANA)
        assert len(listed(house)) == 20

    async def test_who_adds_to_a_form_that_expired_is_told_so(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house)
        await house.move_to(house.now + timedelta(days=14, minutes=1))

        await house.slack.chooses(DANA, ADD, "short_text")

        assert EXPIRED in seen(house)

    async def test_answers_that_another_question_needs_cannot_be_taken_from_it(self, house: House) -> None:
        await platform_team(house)
        await begin_checkin(house)
        await house.slack.chooses(DANA, ADD, "long_text")
        await house.slack.types(DANA, "wording", "Why?")
        await house.slack.chooses(DANA, "condition", "After 1. How did the week feel?")
        await house.slack.chooses(DANA, "After these answers", ["1"])
        assert (await house.slack.submits(DANA)).closed
        await does(house, "Edit", 1)
        await house.slack.chooses(DANA, "kind", "short_text")

        assert (await house.slack.submits(DANA)).errors == {
            "kind": "Another question is asked only after answers that this one would have no more. "
            "Change that one first."
        }

        await house.slack.closes(DANA)
        assert listed(house)[0] == "1. How did the week feel? Mood"

    async def test_what_somebody_is_writing_when_its_question_is_deleted_is_taken_and_read(self, house: House) -> None:
        await monday_in_tokyo(house)
        await open_form(house, FINN)
        await house.slack.types(FINN, WENT_WELL, "Half a thought")
        await house.slack.closes(FINN)
        await house.slack.says(DANA, "/checkin edit")
        await does(house, "Remove", 2)
        await switch_on(house)
        assert [each.wording for each in await rows(house, Question) if each.deleted_at] == [WENT_WELL]

        await open_form(house, FINN)
        assert typed(house, FINN, WENT_WELL) == "Half a thought"
        await fill_in(house, FINN, "A whole thought")
        assert (await house.slack.submits(FINN)).closed

        await house.move_to(local(NEW_YORK, 24, 12))
        assert "A whole thought" in house.slack.channel(PLATFORM)[0].plain()
        await house.move_to(local(TOKYO, 30, 9))
        await open_form(house, FINN)
        assert WENT_WELL not in shown(house, FINN)
        assert typed(house, FINN, NEXT) == "A whole thought, next", "the plan is another question's"


class TestPeople:
    async def test_a_lead_who_left_the_company_changes_nothing_and_the_others_go_on(self, house: House) -> None:
        await platform_of_two_leads(house)
        await house.slack.says(EVA, "/checkin edit")
        await house.slack.types(EVA, "name", "Eva's")
        assert (await house.slack.submits(EVA)).errors == {}
        await house.slack.deactivates(EVA)

        await house.slack.submits(EVA)

        assert "your account isn't one that it knows. Nothing was saved." in seen(house, EVA)
        (checkin,) = await rows(house, CheckIn)
        assert checkin.name == "Weekly check-in"
        await house.slack.says(DANA, "/checkin edit")
        assert value(house, "name") == "Weekly check-in"
        await switch_on(house)

    async def test_where_the_only_lead_left_whoever_runs_cairn_chooses_another(self, house: House) -> None:
        await make_platform(house, readers="leads")
        await edit_team(house)
        await house.slack.chooses(DANA, "leads", [EVA])
        await save_team(house)
        await house.slack.deactivates(EVA)
        await house.move_to(local(TOKYO, 23, 9))
        assert "Read by nobody as long as Platform has no lead." in prompt(house, FINN).plain(), "it goes on"

        refused = await house.slack.says(BO, "/checkin edit")
        assert refused.ack == {
            "text": "Your team has no lead any more. Dana can choose one with `/cairn team`. Nothing was changed."
        }
        await house.slack.says(BO, "/cairn team")
        await house.slack.clicks_in_view(BO, "team.show")
        assert "It has no lead any more. Whoever runs Cairn here can choose one." in seen(house, BO)
        await house.slack.closes(BO, everything=True)
        await edit_team(house)
        await house.slack.chooses(DANA, "leads", [BO])
        await save_team(house)
        await house.slack.says(BO, "/checkin edit")
        await house.slack.types(BO, "name", "Bo's now")
        await switch_on(house, BO)

        assert (await rows(house, CheckIn))[0].name == "Bo's now"

    async def test_who_hears_of_a_team_whose_lead_has_just_left_isnt_told_of_them(self, house: House) -> None:
        await platform_team(house)
        await house.slack.deactivates(DANA)

        await house.move_to(local(TOKYO, 23, 9))

        assert house.dm(FINN, "Dana added you to the team Platform (7 members). It has no lead at the moment.")

    async def test_a_user_group_that_was_deleted_adds_nobody_to_a_team(self, house: House) -> None:
        await platform_team(house)
        await edit_team(house)
        await house.slack.types(DANA, "name", "Ground")
        await house.slack.chooses(DANA, "from_group", "Leads")
        del house.playground.world.groups["SLEADS"]

        result = await house.slack.submits(DANA)

        assert result.errors == {"from_group": "That user group isn't there any more. Choose another one."}
        assert value(house, "name") == "Ground"


class TestChannels:
    async def test_a_home_channel_that_was_archived_is_named_and_another_taken(self, house: House) -> None:
        await monday_in_tokyo(house)
        await house.slack.archives(PLATFORM)
        await house.slack.says(DANA, "/checkin edit")
        await house.slack.types(DANA, "name", "Field notes")

        assert (await house.slack.submits(DANA)).errors == {
            "home_channel": "That channel is archived. Choose another one."
        }

        assert value(house, "name") == "Field notes"
        await house.slack.chooses(DANA, "home_channel", GENERAL)
        await switch_on(house)
        (checkin,) = await rows(house, CheckIn)
        assert (checkin.name, checkin.home_channel) == ("Field notes", GENERAL)

    async def test_thrown_out_of_the_channel_cairn_asks_to_be_invited_or_does_without(self, house: House) -> None:
        await monday_in_tokyo(house)
        await house.slack.kicks_bot(PLATFORM)
        await house.slack.says(DANA, "/checkin edit")
        await house.slack.types(DANA, "name", "Field notes")
        (error,) = (await house.slack.submits(DANA)).errors.values()
        assert error == "Cairn isn't in that channel. Type `/invite @Cairn` there, then send this form again."

        await house.slack.chooses(DANA, "home_channel", "")
        await switch_on(house)

        (checkin,) = await rows(house, CheckIn)
        assert (checkin.name, checkin.home_channel) == ("Field notes", None)
        assert house.dm(ANA, "Field notes") == [], "she hasn't been asked yet"
