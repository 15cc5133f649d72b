"""Responses are lost, a fixed number of them: what `python -m bench.losses` does with a thousand."""

from __future__ import annotations

from bench.losses import BEFORE, CLASSES, broken, lost, measure

LOSSES = 90


def test_lost_responses_lose_no_message_and_double_no_announcement():
    """Slack: each once. Telegram: announcements at most once, pages at least once and marked; the doubt is listed."""
    tallies = measure(LOSSES)
    assert lost(tallies) >= LOSSES and BEFORE == "drop_before"
    assert all(tally.before and tally.after for tally in tallies.values()), "each class lost some of both"
    assert broken(tallies) == []
    slack = [tally for one, tally in tallies.items() if one.channel == "alerts"]
    assert all(set(tally.stored) == tally.keys and tally.stored.total() == tally.messages for tally in slack)
    announced, paged = (tally for one, tally in tallies.items() if one.channel == "ops_chat")
    assert announced.undecided == announced.listed == announced.keys, "nobody can know, and everybody is told"
    assert set(paged.stored) == paged.keys and paged.doubled and not paged.unmarked
    assert len(tallies) == len(CLASSES)


def test_a_program_that_repeats_blindly_would_be_found():
    """The bars are looked at, not only printed: a doubled announcement and an unlisted doubt are said."""
    tallies = measure(1)
    announced = tallies[next(one for one in CLASSES if one.name == "Telegram, announcements")]
    key = next(iter(announced.keys))
    announced.stored[key] = 2
    announced.listed.discard(key)
    assert broken(tallies) == [
        "Telegram, announcements: 1 doubled",
        "Telegram, announcements: 1 undecided and not listed",
    ]
