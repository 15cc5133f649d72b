"""How a run that could not be taken back opens its reports: how the target was last read, and what is left to do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.evidence.pages import page_of, story_of
from tests.evidence.synthetic import Player, plan_of

from bongsu.core.events import Observed, Phase, PhaseEntered, RunClosed, Why
from bongsu.core.verdict import Verdict
from bongsu.evidence.aftermath import last_read, left_to_do
from bongsu.evidence.collect import collect
from bongsu.evidence.markdown import as_markdown
from bongsu.evidence.words import words_of

if TYPE_CHECKING:
    from tests.evidence.pages import Page


def ended(*phases: tuple[Phase, Why], state: str = "ENABLED", language: str = "en") -> tuple[dict[str, Any], Page]:
    """Return the tables and the page of a run that entered these phases when its target was enabled."""
    player = Player(plan=plan_of())
    player.plan = replace(player.plan, announce=replace(player.plan.announce, languages=(language,)))
    player.play(until=30)
    for number, (phase, why) in enumerate(phases):
        read = Observed(
            key=f"rollback/target_rule#{number}" if number else "rollback/target_rule",
            reading="target_rule",
            args={},
            values={"name": "invented-rule", "state": state},
            exchanges=(),
        )
        player.record(read)
        player.record(PhaseEntered(phase=phase, why=why, detail=""))
    player.record(RunClosed(verdict=Verdict.FAIL, why=phases[-1][1], exit_code=4))
    story = story_of(player, player.plan)
    return dict(collect(story)), page_of(story)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_failed_rollback_says_how_the_target_was_read_and_what_to_do_before_anything_else(language: str) -> None:
    tables, page = ended((Phase.ROLLBACK_FAILED, Why.NOT_DISABLED), language=language)
    words = words_of(language)
    left = left_to_do(tables, words)
    assert len(left) == 2
    assert left[0] == words["page.do.not_disabled.1"].format(rule="invented-rule")
    title, enabled = page.text.index(words["left.title"]), page.text.index("ENABLED")
    assert title < enabled < page.text.index(left[0]) < page.text.index(words["head.window"])
    head = as_markdown(tables).decode().partition("| --- |")[0]
    assert f"1. {left[0]}" in head and words["left.title"] in head


def test_what_else_may_start_it_is_asked_for_where_it_reads_back_as_off() -> None:
    tables, _ = ended((Phase.ROLLBACK_FAILED, Why.STILL_RUNS), state="DISABLED")
    assert left_to_do(tables, words_of("en"))[1] == "Find what else starts the function, and stop that."


def test_a_rollback_that_was_tried_again_with_success_left_nothing() -> None:
    tables, page = ended((Phase.ROLLBACK_FAILED, Why.NOT_DISABLED), (Phase.ROLLED_BACK, Why.READ_BACK_DISABLED))
    assert left_to_do(tables, words_of("en")) == []
    assert words_of("en")["left.title"] not in page.text


def test_the_newest_read_back_is_the_one_that_is_told() -> None:
    tables, page = ended((Phase.ROLLED_BACK, Why.READ_BACK_DISABLED), state="DISABLED")
    (read,) = last_read(tables)
    assert (read["which"], read["state"]) == ("target", "DISABLED")
    assert f"#l{read['seq']}" in page.source.partition(words_of("en")["head.window"])[0]
    assert "| As last read back | target DISABLED " in as_markdown(tables).decode()


def test_a_run_whose_target_was_never_read_says_nothing_of_it() -> None:
    tables = dict(collect(story_of(Player(plan=plan_of()).play(until=2))))
    assert (last_read(tables), left_to_do(tables, words_of("en"))) == ([], [])
    assert "| As last read back | not reached |" in as_markdown(tables).decode()
