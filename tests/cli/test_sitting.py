"""Who sits at a rehearsal's page, and what of the world changes for it."""

from __future__ import annotations

import pytest
from tests.cli.conftest import EXAMPLE

from bongsu.cli.sitting import sitting_of
from bongsu.cli.world_plan import world_of
from bongsu.errors import UsageError
from bongsu.planfile import load

PLAN = load(EXAMPLE)


def spec_with(tmp_path, **asked):
    sitting = sitting_of(PLAN, **{"interactive": False, "play": (), "pace": None, **asked})
    return world_of(PLAN, tmp_path, seed=1, sitting=sitting).spec


def people(spec):
    return {person["contact"]: person for person in spec["people"]}


def test_an_ordinary_rehearsal_has_no_page_and_no_stranger(tmp_path):
    spec = spec_with(tmp_path)
    assert "page" not in spec
    assert set(people(spec)) == set(PLAN.contacts)


def test_interactive_plays_everybody_at_wall_speed(tmp_path):
    spec = spec_with(tmp_path, interactive=True)
    assert spec["page"]["play"] == ["james", "on_call", "ops_manager"]
    assert spec["page"]["idle"] == "wall"
    assert all(person.get("answers", {}) == {} for person in people(spec).values())


def test_play_narrows_it_and_the_others_answer_by_themselves(tmp_path):
    spec = spec_with(tmp_path, play=("on_call",))
    assert spec["page"]["play"] == ["on_call"]
    assert people(spec)["on_call"]["answers"] == {}
    assert people(spec)["ops_manager"]["answers"] == {"Acknowledge": 22, "Go": 35}


def test_the_sandbox_serves_its_page_and_everybody_answers_as_before(tmp_path):
    spec = spec_with(tmp_path, served=True)
    assert (spec["page"]["play"], spec["page"]["idle"]) == ([], "jump")
    assert people(spec)["on_call"]["answers"] == {"Acknowledge": 15, "Go": 20}


def test_a_number_is_a_pace_in_seconds_a_second(tmp_path):
    spec = spec_with(tmp_path, interactive=True, pace="60")
    assert (spec["pace"], spec["page"]["idle"]) == ("60", "jump")


def test_a_stranger_is_in_the_chats_and_nobodys_contact(tmp_path):
    spec = spec_with(tmp_path, interactive=True)
    stranger = people(spec)["stranger"]
    assert "may" not in stranger
    assert stranger["telegram_id"] in spec["telegram"]["chats"][0]["members"]
    assert stranger["slack_id"] in spec["slack"]["channels"][0]["members"]


def test_the_page_is_told_what_the_plan_asks_of_whom(tmp_path):
    may = {contact: person.get("may") for contact, person in people(spec_with(tmp_path, interactive=True)).items()}
    assert may["on_call"] == ["Go or No-go", "Acknowledge the drill", "answer a page"]
    assert may["james"] == ["answer a page"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"play": ("oncall",)}, "no contact 'oncall'"),
        ({"play": ("stranger",)}, "no contact 'stranger'"),
        ({"pace": "jump"}, "--pace goes with --interactive"),
    ],
)
def test_what_cannot_be_sat_down_to_is_refused(tmp_path, asked, words):
    with pytest.raises(UsageError, match=words):
        spec_with(tmp_path, **asked)
