"""The commands of `naver-sms`: the workload on one machine."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from naver_sms.clock import start_clock
from naver_sms.errors import ConfigError, why_of
from naver_sms.out import hush, put
from naver_sms.parity import measure, replayed
from naver_sms.recorded import recorded_document
from naver_sms.settings import MODES
from naver_sms.words import said

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIG_EXIT = 4


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 ok, 1 failed, 2 partial or unsettled, 3 signed out, 4 settings."""
    hush()
    arguments = _parser().parse_args(argv)
    commands = {
        "run": _run,
        "settle": _settle,
        "resend": _resend,
        "login": _login,
        "check": _check,
        "preview": _preview,
        "serve": _serve,
        "optout": _people,
        "consent": _people,
        "parity": _parity,
        "replay": _replay,
    }
    try:
        return commands[arguments.command](arguments)
    except ConfigError as exc:
        for problem in exc.shown:
            sys.stderr.write(f"error: {problem}\n")
        return CONFIG_EXIT


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
    serve = commands.add_parser("serve", help="make a run every twenty minutes on this machine, until SIGTERM")
    serve.add_argument("--every", type=int, default=20, metavar="MIN", help="minutes between starts, default 20")
    serve.add_argument("--port", type=int, default=8310, help="of the health endpoint on 127.0.0.1, default 8310")
    serve.add_argument("--now", action="store_true", help="make the first run at once")
    commands.add_parser(
        "settle",
        help="look up every text of unknown outcome and set its flag or free it, before another program takes over;"
        " reads nothing from Naver, sends nothing; the line printed is its report, and 'skipped_overlap' in it"
        " means that a run was under way and nothing was settled",
    )
    _add_hand_commands(commands)
    from naver_sms.cli_people import add_commands

    add_commands(commands)
    commands.add_parser("check", help="say whether the settings can be used; asks nothing, sends nothing")
    preview = commands.add_parser(
        "preview", help="show which rule would send what to whom, masked, for real bookings or a saved list of them"
    )
    preview.add_argument("--bookings", metavar="FILE", help="a JSON list of bookings as Naver answers it")
    preview.add_argument("--at", metavar="TIME", help="decide as of this moment (ISO, with zone) and not now")
    preview.add_argument("--record", choices=("absent", "present"), default="absent", help="with FILE: known or new")
    parity = commands.add_parser("parity", help="compare the engine with the legacy's tables, on recorded input")
    parity.add_argument("--input", required=True, metavar="FILE", help="recorded runs (see `run --record`)")
    parity.add_argument("--out", required=True, metavar="FILE", help="where the measured parity is written")
    replay = commands.add_parser("replay", help="decide recorded runs once more, in memory, and print each decision")
    replay.add_argument("--input", required=True, metavar="FILE", help="recorded runs (see `run --record`)")
    replay.add_argument("--parity-mode", choices=("strict", "corrected"), help="in place of the recorded one")
    return parser


def _add_hand_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    resend = commands.add_parser("resend", help="send one text of one booking once more, and say who wanted it and why")
    resend.add_argument("booking", metavar="BOOKING", help="as in the reports: STORE_NUMBER")
    resend.add_argument("kind", choices=("confirm", "guide", "event"))
    resend.add_argument("--by", required=True, metavar="NAME", help="who wants it")
    resend.add_argument("--reason", required=True, metavar="TEXT", help="why; it stands in the report")
    login = commands.add_parser("login", help="take the cookies of a signed-in browser, try them and keep them")
    login.add_argument("--from", dest="source", metavar="FILE", help="the export; without it, paste it")
    login.add_argument("--store", metavar="ID", help="a store whose 'cookies' are those of another account")
    login.add_argument("--out", metavar="FILE", help="write them there (mode 0600) and not where the settings say")


def _run(arguments: argparse.Namespace) -> int:
    from naver_sms.invoke import invoke
    from naver_sms.summary import Invocation

    environ = dict(os.environ) | ({"NAVER_SMS_MODE": arguments.mode} if arguments.mode else {})
    invoked = invoke(environ, invocation=Invocation(), time_s=float("inf"), show_text=arguments.show_text)
    if arguments.record and invoked.shadow is not None:
        document = recorded_document([invoked.shadow])
        Path(arguments.record).write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    code = int(invoked.report["exit_code"])
    if invoked.digest is not None and sys.stderr.isatty():
        sys.stderr.write(f"{invoked.digest}\n")
    for line in invoked.report["advice"]:
        sys.stderr.write(f"{'error' if code else 'look'}: {line}\n")
    return code


def _serve(arguments: argparse.Namespace) -> int:
    from naver_sms.invoke import invoke
    from naver_sms.serve import serve
    from naver_sms.settings import load
    from naver_sms.summary import Invocation

    if not 1 <= arguments.every <= 24 * 60:
        raise ConfigError(["'--every' must be from 1 to 1440 minutes"])
    load()  # what cannot be used is said now, and not in twenty minutes
    starts: list[None] = []

    def run() -> dict[str, Any]:
        invocation = Invocation(trigger="schedule", cold_start=not starts)
        starts.append(None)
        return invoke(os.environ, invocation=invocation, time_s=arguments.every * 60).report

    try:
        return serve(run, port=arguments.port, period=timedelta(minutes=arguments.every), at_once=arguments.now)
    except OSError as exc:
        raise ConfigError([f"port {arguments.port} of 127.0.0.1 cannot be had ({exc.strerror})"]) from None


def _settle(_: argparse.Namespace) -> int:
    from naver_sms.invoke import invoke_settle
    from naver_sms.summary import Invocation

    settled = invoke_settle(os.environ, invocation=Invocation(), time_s=float("inf"))
    return int(settled.report["exit_code"])


def _resend(arguments: argparse.Namespace) -> int:
    from naver_sms.invoke import invoke_resend
    from naver_sms.record import Kind
    from naver_sms.resend import Order
    from naver_sms.summary import Invocation

    order = Order(booking_num=arguments.booking, kind=Kind(arguments.kind), by=arguments.by, reason=arguments.reason)
    report = invoke_resend(os.environ, order, invocation=Invocation(), time_s=float("inf"))
    return int(report["exit_code"])


def _login(arguments: argparse.Namespace) -> int:
    from naver_sms.cookie_import import NoCookies
    from naver_sms.errors import CookiesError
    from naver_sms.login import login
    from naver_sms.settings import load

    settings = load()
    if arguments.source is None:
        sys.stderr.write(said(settings.language, "how_to"))
    try:
        text = sys.stdin.read() if arguments.source is None else Path(arguments.source).read_text("utf-8")
        out = None if arguments.out is None else Path(arguments.out)
        where = login(settings, text, clock=start_clock(settings.clock_url), out=out, store_id=arguments.store)
    except (OSError, UnicodeDecodeError) as exc:
        sys.stderr.write(f"error: '{arguments.source}' cannot be read ({why_of(exc)})\n")
        return CONFIG_EXIT
    except NoCookies as exc:
        sys.stderr.write(f"error: {exc}\n")
        return CONFIG_EXIT
    except CookiesError as exc:
        sys.stderr.write(f"error: {exc}\n")
        return 3
    put(said(settings.language, "kept", where=where) + "\n")
    return 0


def _people(arguments: argparse.Namespace) -> int:
    from naver_sms.errors import NaverSmsError
    from naver_sms.people import obey
    from naver_sms.settings import load

    settings = load()
    try:
        lines = obey(arguments, settings, clock=start_clock(settings.clock_url))
    except ConfigError:
        raise
    except NaverSmsError as exc:
        sys.stderr.write(f"error: {exc}\n")
        return 1
    put("".join(f"{line}\n" for line in lines))
    return 0


def _check(_: argparse.Namespace) -> int:
    from naver_sms.settings import load

    settings = load()
    counts = {"enabled": len(settings.enabled), "stores": len(settings.stores)}
    put(said(settings.language, "usable", **counts) + "\n")
    if settings.rulebook is not None:
        from naver_sms.rules_check import doubts, summary

        put("".join(f"{line}\n" for line in summary(settings)))
        put("".join(f"look: {line}\n" for line in doubts(settings)))
    from naver_sms.ready import missing

    sys.stderr.write("".join(f"look: {line}\n" for line in missing(settings)))
    return 0


def _preview(arguments: argparse.Namespace) -> int:
    from naver_sms.preview import preview
    from naver_sms.settings import load

    if arguments.bookings is None and (arguments.at is not None or arguments.record == "present"):
        raise ConfigError(["'--at' and '--record' are for a saved list: give '--bookings'"])
    settings = load()
    clock = start_clock(settings.clock_url)
    try:
        at = clock.now() if arguments.at is None else datetime.fromisoformat(arguments.at)
        text = None if arguments.bookings is None else Path(arguments.bookings).read_text("utf-8")
        lines = preview(settings, text, at=at, known=arguments.record == "present", clock=clock)
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError([f"'{arguments.bookings}' cannot be read ({why_of(exc)})"]) from None
    except ValueError as exc:
        raise ConfigError([f"that cannot be previewed: {exc}"]) from None
    put("".join(f"{line}\n" for line in lines))
    return 0


def _parity(arguments: argparse.Namespace) -> int:
    try:
        recorded = Path(arguments.input).read_bytes()
        measured_at = start_clock(_clock_url()).now()
        document = measure(recorded, measured_at=measured_at)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        sys.stderr.write(f"error: '{arguments.input}' cannot be compared ({exc})\n")
        return CONFIG_EXIT
    Path(arguments.out).write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    percent = "nothing to compare" if document["percent"] is None else f"{document['percent']} %"
    put(f"parity {percent}: {document['matched']} of {document['compared']} items match\n")
    return 0 if document["percent"] == "100.00" else 2


def _replay(arguments: argparse.Namespace) -> int:
    try:
        decisions = replayed(Path(arguments.input).read_bytes(), parity_mode=arguments.parity_mode)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        sys.stderr.write(f"error: '{arguments.input}' cannot be replayed ({exc})\n")
        return CONFIG_EXIT
    due = 0
    for now, decision in decisions:
        sends = " ".join(kind.value for kind in decision.sends) or "-"
        due += len(decision.sends)
        put(f"{now}  {decision.booking.booking_num:<20}  {decision.why.value:<12}  {sends}\n")
    put(f"{len(decisions)} decisions, {due} texts due; nothing was sent or written\n")
    return 0


def _clock_url() -> str | None:
    from naver_sms.settings import is_loopback

    url = os.environ.get("NAVER_SMS_CLOCK_URL")
    if url and not is_loopback(url):
        raise ConfigError(["'clock_url' is accepted only when it is a loopback address"])
    return url or None
