"""Everything that the command line can say in English it can say in Korean, with the same values in it."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING

import click
import pytest
from tests.language.english import argument, calls, name_of, says, sentences
from tests.rules import errors_doc
from tests.rules.tree import place, python

from bongsu.cli.main import EXIT_CODES, GROUPS, program
from bongsu.cli.progress import WHAT_A_PHASE_SAYS
from bongsu.cli.running import ENDS
from bongsu.cli.scenarios import ALL
from bongsu.cli.speech import AUDIT_RULES, CATALOGUES
from bongsu.core.events import Outcome, Phase, Why
from bongsu.core.presses import Standing
from bongsu.core.verdict import Verdict
from bongsu.evidence.verify import PROVES
from bongsu.language import language, values_in
from bongsu.messages import MEASURED_BEFORE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

KOREAN = language("ko", *CATALOGUES)
FINDINGS = ("Finding", "found", "_found", "ask", "_chat_finding")
SMALL = {"to", "by", "on", "of"}
KEPT = {
    "bongsu %(version)s",
    "cloudwatch",
    "dynamodb",
    "events",
    "lambda",
    "logs",
    "sts",
    "this machine's clock was set {} by {} s{}",
}
HANGUL = re.compile("[가-힣]")


def catalogue_of(name: str) -> ModuleType:
    return importlib.import_module(f"bongsu.language.ko.{name}")


def unsaid(templates: Iterator[str], *, finished: bool = True) -> list[str]:
    """Return the templates that Korean lacks, or tells without their values; `finished` texts must be found again."""
    lacking = []
    for template in sorted({one for one in templates if says(one)} - KEPT):
        values = [f"v{number}x" for number in range(template.count("{}"))]
        told = KOREAN.told(language("en")(template, *values)) if finished else KOREAN(template, *values)
        nothing_to_tell = not set(re.findall("[a-z]+", template)) - SMALL
        if not (nothing_to_tell or HANGUL.search(told)) or sorted(re.findall(r"v\dx", told)) != values:
            lacking.append(template)
    return lacking


def said() -> Iterator[str]:
    """Yield what the commands say and label."""
    for path in python("src/bongsu/cli"):
        for call, local in calls(path):
            if name_of(call) == "say":
                yield from sentences(argument(call, "template", 0), local)
            elif name_of(call) == "_line":
                yield from sentences(call.args[2], local)
    yield from WHAT_A_PHASE_SAYS.values()
    yield from ENDS.values()
    yield from (str(phase) for phase in Phase)
    for words in (Why, Standing, Outcome, Verdict):
        yield from (str(word).replace("_", " ") for word in words)
    yield from MEASURED_BEFORE


def test_what_a_command_says() -> None:
    assert unsaid(said(), finished=False) == []


def echoed() -> Iterator[tuple[str, str]]:
    """Yield what the commands print without asking for the reader's language."""
    for path in python("src/bongsu/cli"):
        for call, local in calls(path):
            if name_of(call) == "echo" and call.args:
                for text in sentences(call.args[0], local):
                    if re.search(r"[a-z]{2,} [a-z]{2,}", text):
                        yield path.name, text


def test_no_command_prints_an_english_sentence_as_it_stands() -> None:
    assert list(echoed()) == []


def helps() -> Iterator[str]:
    """Yield every text of every help."""
    yield from (*GROUPS, EXIT_CODES)
    for group in GROUPS.values():
        for name, text in group.items():
            yield text
            command = importlib.import_module(f"bongsu.cli.{name}_command").command
            yield from (" ".join(part.split()) for part in (command.help or "").split("\n\n"))
            for option in command.params:
                if isinstance(option, click.Option):
                    yield option.help or ""
                    yield option.show_default if isinstance(option.show_default, str) else ""
    yield from (scenario.story for scenario in ALL)


def test_every_help() -> None:
    assert unsaid(helps()) == []


def raised() -> Iterator[str]:
    """Yield text and hint of every error and finding, and the hint of every class."""
    known = errors_doc.classes()
    yield from (one.hint or "" for one in known.values())
    for path in python("src/bongsu"):
        if place(path).startswith("src/bongsu/sandbox"):
            continue
        for call, local in calls(path):
            name = name_of(call)
            if name in known or name in ("BongsuError", "missing", "held"):
                yield from sentences(argument(call, "text", 2 if name == "held" else 0), local)
                yield from sentences(argument(call, "hint", 1 if name == "missing" else -1), local)
            elif name in FINDINGS and path.parent.name in ("channels", "targets"):
                yield from sentences(argument(call, "subject", 0), local)
                yield from sentences(argument(call, "text", 1), local)
                for key in ("hint", "missing_is"):
                    yield from sentences(argument(call, key), local)
            elif name in ("warn", "_warn"):
                yield from sentences(argument(call, "text", 0), local)


def test_every_error_and_every_finding_of_a_preflight() -> None:
    assert len(set(raised())) > 150
    assert unsaid(raised()) == []


def documented() -> Iterator[str]:
    """Yield what docs/errors.md lists as the program's: each message, cause and advice."""
    text = errors_doc.DOCUMENT.read_text("utf-8")
    for _, _, block, _ in errors_doc.BLOCK.findall(text):
        for line in block.splitlines():
            for part in re.findall(r"`` (.*?) ``|`([^`]+)`", line.removeprefix("- ")) if line.startswith("- ") else ():
                for one in "".join(part).removeprefix("cause: ").split(" / "):
                    yield one.replace("…", "{}")


def test_every_generated_message_of_the_documentation() -> None:
    """The page itself is made from the source; each sentence on it has a Korean form."""
    found = {one for one in documented() if says(one) and len(one.replace("{}", "").split()) > 1}
    assert len(found) > 150
    entries = [key for name in CATALOGUES for key in catalogue_of(name).ENTRIES]
    lacking = []
    for one in sorted(found):
        # What stands for a value on the page may be one of a few words of ours.
        if not HANGUL.search(KOREAN.told(one.replace("{}", "v0x"))):
            lacking += [one] if not any(values_in(key, one) is not None for key in entries) else []
    assert lacking == []


def problems() -> Iterator[str]:
    """Yield what can be wrong with a plan, and what it is warned of."""
    for path in python("src/bongsu/planfile"):
        for call, local in calls(path):
            match name_of(call):
                case "add" | "add_at" | "_fail" | "say" if call.args:
                    for arg in (*call.args[1:], argument(call, "hint")):
                        yield from sentences(arg, local)
                case "Unfit":
                    for arg in call.args:
                        yield from sentences(arg, local)
                case "Value" | "replace":
                    yield from sentences(argument(call, "type_text"), local)
                case "append" if path.name == "warn.py":
                    yield from sentences(call.args[0], local)


def test_everything_that_can_be_wrong_with_a_plan() -> None:
    assert len(set(problems())) > 120
    assert unsaid(problems()) == []


def proofs() -> Iterator[str]:
    """Yield what `verify` proves and finds."""
    yield from PROVES
    for path in python("src/bongsu/evidence"):
        for call, local in calls(path):
            if argument(call, "why") is not None and argument(call, "instead") is not None:
                for key in ("why", "found", "instead"):
                    yield from sentences(argument(call, key), local)
                yield from (rule.replace("_", " ") for rule in sentences(argument(call, "rule", 0), local))


def test_every_step_and_finding_of_a_verification() -> None:
    assert len(set(proofs())) > 100
    assert unsaid(proofs()) == []


def everything_in(catalogue: str) -> dict[str, str]:
    """Return what a catalogue holds, found again or only filled."""
    module = catalogue_of(catalogue)
    return {**module.ENTRIES, **getattr(module, "SAID", {})}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "this machine's clock was set forward by 40 s; the run's time went with it",
            "이 장비의 시계가 40초 앞으로 변경되어 실행의 시각도 함께 변경되었습니다.",
        ),
        (
            "this machine's clock was set back by 40 s; the run's time goes on without it",
            "이 장비의 시계가 40초 뒤로 변경되었습니다. 실행의 시각은 그대로 이어집니다.",
        ),
        (
            '"env:TOKEN" leads to nothing, at plan key "channels.ops_chat.token"',
            '"env:TOKEN"이(가) 가리키는 값이 없습니다(계획 키 "channels.ops_chat.token")',
        ),
        (
            '"env:TOKEN" leads to nothing, at plan key "channels.ops_chat.token": the environment variable is not set',
            '"env:TOKEN"이(가) 가리키는 값이 없습니다(계획 키 "channels.ops_chat.token"): 환경 변수가 설정되어 있지 않습니다.',
        ),
        ('"go.approvals": "x" is not a whole number', '"go.approvals": "x"은(는) 정수가 아닙니다.'),
        (
            "Forbidden: bot is not a member of the supergroup chat",
            "Forbidden: bot is not a member of the supergroup chat",
        ),
    ],
)
def test_sentences_read_as_reviewed(text: str, told: str) -> None:
    """Those that are put together of parts; and a service's own words, which are quoted."""
    assert KOREAN.told(text) == told


def test_no_catalogue_contradicts_another() -> None:
    """They are laid over each other, so a sentence that stands in two of them is told the same in both."""
    for laid in (CATALOGUES, AUDIT_RULES):
        seen: dict[str, str] = {}
        for name in laid:
            entries = everything_in(name)
            assert {key: text for key, text in entries.items() if seen.get(key, text) != text} == {}
            seen |= entries


@pytest.mark.parametrize("catalogue", [*CATALOGUES, *AUDIT_RULES])
def test_an_entry_uses_every_value_of_its_sentence(catalogue: str) -> None:
    entries = everything_in(catalogue)
    entries = {key: text for key, text in entries.items() if "{}" in key}
    used = {
        key: sorted(int(found) for found in re.findall(r"\{(\d+)[~*]?(?::\w+)?\}", text))
        for key, text in entries.items()
    }
    assert {key: found for key, found in used.items() if found != list(range(key.count("{}")))} == {}


@pytest.mark.parametrize("catalogue", [*CATALOGUES, *AUDIT_RULES])
def test_no_entry_picks_a_particle_for_a_value_blindly(catalogue: str) -> None:
    entries = everything_in(catalogue)
    assert [
        text for text in entries.values() if re.search(r"\}[\"']?(은|는|이|가|을|를|으로|로|과|와)(?![가-힣(])", text)
    ] == []


def test_every_command_is_looked_at() -> None:
    assert program.list_commands(click.Context(program)) == [name for group in GROUPS.values() for name in group]
