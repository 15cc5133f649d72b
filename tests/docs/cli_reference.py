"""What docs/cli.md says is the programs' own: written by `python -m tests.docs.cli_reference`, compared by a test."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import click
from tests.docs.blocks import ROOT

from bongsu.cli.examples import EXAMPLES
from bongsu.cli.main import EXIT_CODES, GROUPS, program
from naver_sms.cli import _parser as workloads_parser

DOCUMENT = ROOT / "docs" / "cli.md"
BLOCK = re.compile(r"(<!-- generated: ([\w-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
TYPED = re.compile(r"(?<![\w./-])(PLAN|RUN|PATH|MESSAGE|KEY|BONGSU_STATE|--[a-z]+(?:-[a-z]+)*|\w+/<\w+>)(?!\w)")
VARIABLES = (
    ("`BONGSU_STATE`", "the folder or database that holds the ledger, where `--state` does not name one"),
    ("`BONGSU_LANG`", "the language of the command line: `en` or `ko`; goes before the three below"),
    ("`LC_ALL`, `LC_MESSAGES`, `LANG`", "the same, as the system has it: `ko_KR.UTF-8` makes it Korean"),
    (
        "`NO_COLOR`",
        "anything in it takes the colour away; what is no terminal, or one with `TERM=dumb`, gets none either",
    ),
    ("`COLUMNS`", "the width at which help is wrapped, where the terminal does not say"),
    ("whatever the plan names", "`env:NAME` in a plan reads the variable `NAME`, each before the first request leaves"),
    (
        "`AWS_PROFILE`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and so on",
        "credentials, as boto3 finds them; region and account are the plan's, never the environment's",
    ),
)
"""What the environment may hold for `bongsu`, and what it does."""


def commands() -> str:
    """Return a section for every command, in the order of a cutover."""
    return "\n".join(_command(name) for group in GROUPS.values() for name in group)


def _command(name: str) -> str:
    command = program.get_command(click.Context(program), name)
    assert command is not None
    assert command.help
    context = click.Context(command, info_name=f"bongsu {name}")
    needed = [f"{p.opts[0]} {p.make_metavar(context)}" for p in command.params if p.required and p.opts[0][0] == "-"]
    arguments = " ".join([*command.collect_usage_pieces(context)[1:], *needed, "[OPTIONS]"])
    heading = f"### `bongsu {name}`\n\n```text\nbongsu {name} {arguments}\n```\n"
    said = "\n\n".join(code_spans(" ".join(part.split())) for part in command.help.split("\n\n"))
    rows = [row for parameter in command.params if (row := _option(parameter, context))]
    table = "| option | default | meaning |\n| --- | --- | --- |\n" + "".join(rows) if rows else "No options.\n"
    examples = "```console\n" + "".join(f"$ {line}\n" for line in EXAMPLES[name]) + "```\n"
    return f"{heading}\n{said}\n\n{table}\n{examples}"


def code_spans(text: str) -> str:
    """Return a help text with what is typed as code: arguments, options, a place with a name in it."""
    parts = text.split("`")
    parts[::2] = [re.sub(TYPED, r"`\1`", part) for part in parts[::2]]
    return "`".join(parts)


def _option(parameter: click.Parameter, context: click.Context) -> str:
    if not isinstance(parameter, click.Option):
        return ""
    assert parameter.help, f"{parameter.name} says nowhere what it does"
    takes = "" if parameter.is_flag else " " + parameter.make_metavar(context).replace("|", "\\|")
    name = ", ".join(parameter.opts)
    return f"| `{name}{takes}` | {_default(parameter)} | {code_spans(_cell(parameter.help))} |\n"


def _default(option: click.Option) -> str:
    if option.required:
        return "required"
    if isinstance(option.show_default, str):
        return code_spans(option.show_default)
    if option.is_flag:
        return "off"
    return f"`{option.default}`" if isinstance(option.default, int | str | Path) and str(option.default) else "none"


def exit_codes() -> str:
    """Return the exit codes of the help as a table."""
    found = re.findall(r"(\d) (.+?)(?=\s{2,}\d |\n\d |$)", EXIT_CODES.removeprefix("Exit codes: "))
    return "| code | means |\n| --- | --- |\n" + "".join(f"| {code} | {means} |\n" for code, means in found)


def environment() -> str:
    """Return the variables that the program looks at."""
    return "| variable | does |\n| --- | --- |\n" + "".join(f"| {name} | {does} |\n" for name, does in VARIABLES)


def workload() -> str:
    """Return a section for every command of the workload's own program."""
    (found,) = (a for a in workloads_parser()._actions if isinstance(a, argparse._SubParsersAction))
    helps = {choice.dest: choice.help or "" for choice in found._choices_actions}
    parts = []
    for name, parser in found.choices.items():
        usage = " ".join(parser.format_usage().removeprefix("usage: ").split()).replace(" [-h]", "")
        rows = "".join(_workloads_row(action) for action in parser._actions if action.dest != "help")
        table = f"\n| argument | meaning |\n| --- | --- |\n{rows}" if rows else ""
        said = helps[name][0].upper() + helps[name][1:]
        parts.append(f"### `naver-sms {name}`\n\n```text\n{usage}\n```\n\n{said}.\n{table}")
    return "\n".join(parts)


def _workloads_row(action: argparse.Action) -> str:
    choices = "\\|".join(map(str, action.choices or ()))
    takes = "" if action.nargs == 0 else str(action.metavar or choices or action.dest.upper())
    name = f"{action.option_strings[0]} {takes}".strip() if action.option_strings else takes
    return f"| `{name}` | {_cell(action.help or 'which of its texts')} |\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def written(text: str) -> str:
    """Return the document with its generated parts as the programs have them."""
    fresh = {"commands": commands, "exit-codes": exit_codes, "environment": environment, "workload": workload}
    return BLOCK.sub(lambda found: f"{found[1]}\n{fresh[found[2]]().rstrip()}\n\n{found[4]}", text)


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8")), "utf-8")
