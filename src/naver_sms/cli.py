"""`naver-sms run | settle | check | parity`: the workload on one machine."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from naver_sms.clock import start_clock
from naver_sms.errors import ConfigError
from naver_sms.parity import measure, recorded_document
from naver_sms.settings import MODES

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 ok, 1 failed, 2 partial or unsettled, 3 signed out, 4 settings."""
    arguments = _parser().parse_args(argv)
    if arguments.command == "run":
        return _run(arguments)
    if arguments.command == "settle":
        return _settle()
    return _check() if arguments.command == "check" else _parity(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="naver-sms",
        description="text the customers of Naver bookings, each text once",
        epilog="settings come from NAVER_SMS_* and the document named by NAVER_SMS_SETTINGS; "
        "exit codes: 0 ok, 1 failed, 2 partial, unsettled or parity below 100 percent, 3 signed out, 4 settings",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="make one pass; the last line printed is its report")
    run.add_argument("--mode", choices=MODES, help="in place of the mode that the settings name")
    run.add_argument("--show-text", action="store_true", help="let a dry run print the texts themselves")
    run.add_argument("--record", metavar="FILE", help="write the pass's redacted input there, for parity")
    commands.add_parser(
        "settle",
        help="look up every text of unknown outcome and set its flag or free it, before another program takes over;"
        " reads nothing from Naver, sends nothing; the line printed is its report, and 'skipped_overlap' in it"
        " means that a run was under way and nothing was settled",
    )
    commands.add_parser("check", help="say whether the settings can be used; asks nothing, sends nothing")
    parity = commands.add_parser("parity", help="compare the engine with the legacy's tables, on recorded input")
    parity.add_argument("--input", required=True, metavar="FILE", help="recorded runs (see `run --record`)")
    parity.add_argument("--out", required=True, metavar="FILE", help="where the measured parity is written")
    return parser


def _run(arguments: argparse.Namespace) -> int:
    from naver_sms.invoke import invoke
    from naver_sms.summary import Invocation

    environ = dict(os.environ) | ({"NAVER_SMS_MODE": arguments.mode} if arguments.mode else {})
    invoked = invoke(environ, invocation=Invocation(), time_s=float("inf"), show_text=arguments.show_text)
    if arguments.record and invoked.shadow is not None:
        document = recorded_document([invoked.shadow])
        Path(arguments.record).write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return int(invoked.report["exit_code"])


def _settle() -> int:
    from naver_sms.invoke import invoke_settle
    from naver_sms.summary import Invocation

    settled = invoke_settle(os.environ, invocation=Invocation(), time_s=float("inf"))
    return int(settled.report["exit_code"])


def _check() -> int:
    from naver_sms.settings import load

    try:
        settings = load()
    except ConfigError as exc:
        for problem in exc.problems:
            sys.stderr.write(f"error: {problem}\n")
        return 4
    sys.stdout.write(f"settings can be used: {len(settings.enabled)} of {len(settings.stores)} stores enabled\n")
    return 0


def _parity(arguments: argparse.Namespace) -> int:
    try:
        recorded = Path(arguments.input).read_bytes()
        measured_at = start_clock(_clock_url()).now()
        document = measure(recorded, measured_at=measured_at)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        sys.stderr.write(f"error: '{arguments.input}' cannot be compared ({exc})\n")
        return 4
    except ConfigError as exc:
        sys.stderr.write(f"error: {exc}\n")
        return 4
    Path(arguments.out).write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    percent = "nothing to compare" if document["percent"] is None else f"{document['percent']} %"
    sys.stdout.write(f"parity {percent}: {document['matched']} of {document['compared']} items match\n")
    return 0 if document["percent"] == "100.00" else 2


def _clock_url() -> str | None:
    from naver_sms.settings import is_loopback

    url = os.environ.get("NAVER_SMS_CLOCK_URL")
    if url and not is_loopback(url):
        raise ConfigError(["'clock_url' is accepted only when it is a loopback address"])
    return url or None
