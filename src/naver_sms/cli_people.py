"""The commands `naver-sms optout` and `naver-sms consent`, as the parser knows them; see `naver_sms.people`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

NUMBER = "the customer's mobile number; not for a list"


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both commands to the program's."""
    optout = commands.add_parser("optout", help="keep or show who refuses advertising, here and on SENS's own list")
    optout.add_argument(
        "verb",
        choices=("add", "remove", "list", "sync"),
        help="keep a refusal; take back one that was a mistake; show all, masked, and until when each author must be"
        " told; let each of the two lists learn what only the other has",
    )
    optout.add_argument("number", nargs="?", metavar="NUMBER", help=NUMBER)
    consent = commands.add_parser("consent", help="keep or show who agreed to advertising, for `basis: consent`")
    consent.add_argument(
        "verb",
        choices=("add", "withdraw", "list"),
        help="keep a consent; forget it and keep a refusal; show all, masked, and which are to be renewed",
    )
    consent.add_argument("number", nargs="?", metavar="NUMBER", help=NUMBER)
    consent.add_argument("--how", metavar="TEXT", help="with add: how it was given, such as 'booking form'")
    consent.add_argument("--text", metavar="VERSION", help="with add: which version of the words was agreed to")
    consent.add_argument("--on", metavar="DATE", help="with add: when, if not today (YYYY-MM-DD)")
    consent.add_argument(
        "--due", action="store_true", help="with list: those older than 23 months, to be reminded of every two years"
    )
