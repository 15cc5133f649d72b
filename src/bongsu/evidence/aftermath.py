"""How the switches stood at the end of a run, and what was left for a person to do where a rollback failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.evidence.markdown_words import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bongsu.evidence.tables import ReadBack

FAILED = "rollback_failed"
"""The phase that a person has to end."""


def last_read(tables: Mapping[str, Any]) -> list[ReadBack]:
    """Return the newest read-back of the target and of the legacy, as far as either was read."""
    newest: dict[str, ReadBack] = {one["which"]: one for one in tables["read_backs"]}
    return [newest[which] for which in ("target", "legacy") if which in newest]


def left_to_do(tables: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    """Return, in the words of the page that went out, what a person had to do by hand; nothing when nothing was left.

    A rollback that failed and was tried again with success has left nothing.
    """
    phases = [phase for phase in tables["phases"] if phase["phase"] != "closed"]
    if not phases or phases[-1]["phase"] != FAILED:
        return []
    legacy = (tables["rollback"] or {"legacy": None})["legacy"]
    return steps(words, phases[-1]["why"], target=tables["target"], legacy=legacy or {}, captain=tables["captain"])


def steps(
    words: Mapping[str, str], why: str, *, target: Mapping[str, str], legacy: Mapping[str, str], captain: str
) -> list[str]:
    """Return what a person has to do by hand about a rollback that failed for that reason, as the page says it."""
    named = {"rule": _rule(target) or words["rule.unnamed"], "legacy": _rule(legacy), "captain": captain}
    keys = (f"page.do.{why}.{number}" for number in (1, 2))
    return [words[key].format(**named) for key in keys if key in words]


def left_lines(tables: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    """Return that as a numbered list of Markdown under its title; nothing when nothing was left."""
    steps = [f"{number}. {plain(step)}" for number, step in enumerate(left_to_do(tables, words), start=1)]
    return [f"**{words['left.title']}**", "", *steps, ""] if steps else []


def read_text(tables: Mapping[str, Any], word: Callable[[str], str], clock: Callable[[str], str]) -> str:
    """Return the newest read-backs in one line, empty when nothing was read; `word` and `clock` say names and times."""
    read = last_read(tables)
    return ", ".join(f"{word(one['which'])} {plain(one['state'])} {clock(one['at'])} #{one['seq']}" for one in read)


def _rule(facts: Mapping[str, str]) -> str:
    return next((value for name, value in facts.items() if name.lower() == "rule"), "")
