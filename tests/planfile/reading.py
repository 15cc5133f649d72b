"""The example plan with a change in it, and the problems that this makes."""

from pathlib import Path

from bongsu.planfile import PlanProblems, Problem, load_bytes

PLANS = Path(__file__).parents[2] / "plans"
EXAMPLE = (PLANS / "naver-sms.yaml").read_text("utf-8")
HERE = "http://127.0.0.1:1"


def changed(*edits: tuple[str, str]) -> str:
    """Return the example with each first part replaced by the second; both must be found exactly once."""
    text = EXAMPLE
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the example"
        text = text.replace(old, new)
    return text


def problems_in(text: str | bytes) -> tuple[Problem, ...]:
    """Return every problem of a plan; empty when it loads."""
    return refusal(text).problems if refusal(text) else ()


def refusal(text: str | bytes) -> PlanProblems | None:
    """Return the error that a plan ends in, or None when it loads."""
    data = text.encode() if isinstance(text, str) else text
    try:
        load_bytes(data, Path("a.yaml"))
    except PlanProblems as error:
        return error
    return None


def rehearsal(text: str = EXAMPLE) -> str:
    """Return the example with every endpoint on this machine and a clock."""
    edits = (
        ("    chat_id: -1000000000001\n", f"    chat_id: -1000000000001\n    api_url: {HERE}/telegram\n"),
        ("    channel: C00000001\n", f"    channel: C00000001\n    api_url: {HERE}/slack/\n"),
        ("  tables: {state: sms}\n", f"  tables: {{state: sms}}\n  endpoint_url: {HERE}\n"),
        ("  key: secret:example/sens\n", f"  key: secret:example/sens\n  endpoint_url: {HERE}/sens\n"),
    )
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text + f"\nclock: {HERE}/clock\n"
