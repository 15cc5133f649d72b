"""Steps 5 and 6: every value follows from the recorded answers, every verdict from the values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.events import Judged
from bongsu.evidence.rules import CannotTell, asked

if TYPE_CHECKING:
    from bongsu.core.events import Observed, Recorded
    from bongsu.core.plan import CheckSpec, Plan
    from bongsu.core.state import Observation
    from bongsu.evidence.walk import Walk


def observed(walk: Walk, line: Recorded, event: Observed) -> None:
    """Step 5. Parse the recorded answers again and compare with the values in the line."""
    walk.looked[5] += 1
    responses = []
    for number in range(len(event.exchanges)):
        content = walk.content(line, f"response.{number}")
        if content is None:
            return
        responses.append(content)
    try:
        values = asked(walk.rules.reread, event.reading, event.args, responses)
    except CannotTell as exc:
        walk.wrong(
            "values",
            line,
            found=f"`{event.reading}` cannot be read from the recorded answers: {exc}",
            why="the values in the line have no source",
            instead="answers that show the values",
        )
        return
    if values == event.values:
        return
    for name in sorted(values.keys() | event.values.keys()):
        if name not in values or name not in event.values or event.values[name] != values[name]:
            walk.wrong(
                "values",
                line,
                found=f"{name}: {event.values.get(name, 'not there')}",
                why=f"the recorded answers to `{event.reading}` show something else",
                instead=f"{name}: {values.get(name, 'not there')}",
            )


def judged(walk: Walk, line: Recorded, event: Judged) -> None:
    """Step 6. Judge again over the cited observations; every figure must come from one of them."""
    walk.looked[6] += 1
    _figures_have_sources(walk, line, event)
    spec = spec_of(walk.plan, event)
    if spec is None:
        # A verdict over people's answers has no check in the plan: step 8 derives it from the ledger itself.
        return
    observations: dict[str, Observation] = {}
    for seq in event.sources:
        found = walk.seen.get(seq)
        if found is not None:
            observations[found.reading] = found
    try:
        result = asked(walk.rules.judge, spec, observations)
    except CannotTell as exc:
        walk.wrong(
            "verdict",
            line,
            found=f"{event.verdict}: {event.why}",
            why=f"the check cannot be put to its sources: {exc}",
            instead="sources that the check can judge",
            also=event.sources,
        )
        return
    if (spec.kind, result.verdict, result.why, result.figures) == (
        event.check,
        event.verdict,
        event.why,
        event.figures,
    ):
        return
    again = Judged(
        key=event.key,
        check=spec.kind,
        verdict=result.verdict,
        why=result.why,
        figures=result.figures,
        sources=event.sources,
    )
    _compare(walk, line, event, again)


def _figures_have_sources(walk: Walk, line: Recorded, event: Judged) -> None:
    for figure in event.figures:
        if figure.seq not in event.sources:
            walk.wrong(
                "figure_source",
                line,
                found=f"{figure.name} {figure.value} from line {figure.seq}",
                why="a figure comes from one of the judgement's sources",
                instead=f"one of the lines {', '.join(map(str, event.sources))}",
                also=(figure.seq,),
            )
    for seq in event.sources:
        if not 0 < seq < line.seq:
            walk.wrong(
                "source_later",
                line,
                found=seq,
                why="a verdict rests on lines before it",
                instead=f"a line before {line.seq}",
            )


def _compare(walk: Walk, line: Recorded, event: Judged, again: Judged) -> None:
    if event == again:
        return
    if (event.check, event.verdict, event.why) != (again.check, again.verdict, again.why):
        walk.wrong(
            "verdict",
            line,
            found=f"{event.check}: {event.verdict}: {event.why}",
            why="the check comes to something else over the same observations",
            instead=f"{again.check}: {again.verdict}: {again.why}",
            also=event.sources,
        )
    if event.figures != again.figures:
        walk.wrong(
            "figures",
            line,
            found="; ".join(f"{f.name}={f.value}{f.unit} #{f.seq}" for f in event.figures) or "no figure",
            why="the observations show other figures",
            instead="; ".join(f"{f.name}={f.value}{f.unit} #{f.seq}" for f in again.figures) or "no figure",
            also=event.sources,
        )


def spec_of(plan: Plan, event: Judged) -> CheckSpec | None:
    """Return the plan's check that a judgement names by its key, `<scope>/<check name>`; None when it has none."""
    scope, _, name = event.key.rpartition("/")
    match scope.partition("/")[0]:
        case "baseline":
            checks = plan.baseline
        case "verify":
            checks = plan.verify
        case "watch" if plan.watch:
            checks = plan.watch.checks
        case _:
            return None
    for check in checks:
        if check.name == name:
            return check
    return None
