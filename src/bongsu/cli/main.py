"""The program `bongsu`: its commands in the order of a cutover, loaded only when called."""

from __future__ import annotations

import errno
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import click

from bongsu import __version__
from bongsu.cli.ending import ending
from bongsu.cli.errors import colour, show_error
from bongsu.cli.examples import epilog
from bongsu.cli.speech import chosen, pad, say
from bongsu.cli.streams import endure
from bongsu.errors import BongsuError
from bongsu.language import OWN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bongsu.cli.streams import Outlet

GROUPS: dict[str, dict[str, str]] = {
    "Prepare": {
        "check": "Validate the plan; with --online ask every channel, contact and target too",
        "preview": "Show every message exactly as each channel would get it",
        "rehearse": "Run the whole plan on this machine against imitated services",
        "keygen": "Make a key to sign evidence with",
    },
    "Cut over": {
        "start": "Announce, enable, verify, drill and watch",
        "resume": "Go on with a run from its ledger",
        "hold": "Leave a run as it is until somebody has it go on",
        "rollback": "Disable the target, read it back, and announce why",
        "drill": "Page everybody, marked as a drill, and time the answers",
        "page": "Page people about one matter until somebody takes it",
        "ack": "Acknowledge a page or a drill from the command line",
    },
    "Prove": {
        "status": "Where runs stand, and what is in doubt",
        "resolve": "Record what became of an effect in doubt",
        "evidence": "Write a run's evidence folder again",
        "verify": "Prove an evidence folder, offline",
        "sign": "Sign an evidence folder as one of the plan's signers",
        "audit": "Find what cannot be so in a cutover log that people wrote",
    },
    "Serve": {
        "serve": "Take alarms and answers, page people, and show what is open",
        "guard": "Stand by, and act when the process of a run falls silent",
        "database": "Print the SQL that prepares a PostgreSQL database for ledgers",
        "sandbox": "Start the imitated services alone, with a plan that uses them",
    },
}
EXIT_CODES = (
    "Exit codes: 0 pass  1 failed and rolled back, drill or page missed, or findings of an audit\n"
    "2 plan or usage  3 unknown, in doubt, held or left running  4 rollback failed\n"
    "5 evidence does not verify  6 no-go, nothing was changed"
)


AFTER_A_FAULT = (
    "this is a mistake in the program, please report it with the lines above; what had begun is in the ledger, "
    "and `bongsu status` shows where every run stands"
)


SYSTEM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE})
"""What this machine lacks, whichever file it is noticed at; other errors without a file are a service's or our own."""
AFTER_THE_SYSTEM = "mend that, or name another place; what had begun is in the ledger, which `bongsu status` reads"
NOT_SHOWN = "what the command did is done; free the disk, or have it shown somewhere else"


class Program(click.Group):
    """A group whose commands are imported on call and listed in the order of a cutover."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands in the order of a cutover."""
        return [name for group in GROUPS.values() for name in group]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, importing its file."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = cast("click.Command", import_module(f"bongsu.cli.{cmd_name}_command").command)
        command.epilog = epilog(cmd_name)
        if chosen() != OWN:
            from bongsu.cli.help import Context

            command.context_class = Context
        return command

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the help: what it does, the commands by group, the exit codes."""
        formatter.write(
            f"{say('Usage:')} bongsu COMMAND [OPTIONS]\n\n{say('Run a production cutover and prove it.')}\n"
        )
        for title, commands in GROUPS.items():
            formatter.write(f"\n{say(title)}\n")
            for name, text in commands.items():
                formatter.write(f"  {pad(name, 10)} {say(text)}\n")
        more = say("bongsu COMMAND --help shows a command's options; bongsu --version the version")
        formatter.write(f"\n{say(EXIT_CODES)}\n\n{more}\n")

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; click leaves out of some errors which one it was."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            name = ctx.invoked_subcommand
            if error.ctx is None and name is not None:
                error.ctx = click.Context(self.get_command(ctx, name) or self, info_name=name, parent=ctx)
            raise

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command, or fail naming the nearest one."""
        from difflib import get_close_matches

        if args and args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f"did you mean {near[0]!r}?" if near else "bongsu --help lists the commands"
            raise UnknownCommand(f"no such command {args[0]!r}", hint=hint)
        return super().resolve_command(ctx, args)


class UnknownCommand(BongsuError):
    """The first word is not a command."""


@click.command(cls=Program, invoke_without_command=True, no_args_is_help=False)
@click.version_option(__version__, message="bongsu %(version)s")
@click.pass_context
def program(ctx: click.Context) -> None:
    """Run a production cutover and prove it."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(args: Sequence[str] | None = None) -> None:
    """Run the program and leave the process with the documented exit code."""
    output = endure()
    for number in (signal.SIGTERM, signal.SIGHUP):
        # Outside of a run, which hears of these itself, they end a command as Ctrl-C does: it tidies up behind it.
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    code = ending(lambda: run(args))
    sys.exit(_shown(code, output))


def _shown(code: int, output: Outlet) -> int:
    """Return the exit code of a command, which does not pass when somebody wants to read its answer and cannot."""
    sys.stdout.flush()
    if output.lost is None:
        return code
    why = (output.lost.strerror or "").lower()
    show_error(BongsuError("what was to be shown could not be written", cause=why, hint=NOT_SHOWN))
    return code or 3


def run(args: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code; every expected error is shown as one message."""
    words = None if args is None else list(args)
    return exit_code_of(lambda: program.main(args=words, prog_name="bongsu", standalone_mode=False, color=colour()))


def exit_code_of(action: Callable[[], Any]) -> int:
    """Return the documented exit code of what a command does, with whatever goes wrong shown."""
    try:
        result: Any = action()
    except BongsuError as error:
        show_error(error)
        return error.exit_code
    except click.UsageError as error:
        from bongsu.cli.usage import of_click

        show_error(of_click(error))
        return 2
    except click.ClickException as error:
        show_error(BongsuError(error.format_message()))
        return 2
    except (KeyboardInterrupt, click.Abort):
        show_error(BongsuError("interrupted"))
        return 3
    except OSError as error:
        if error.filename is None and error.errno not in SYSTEM:
            return _failed(error)
        what = "a file" if error.filename is None else f'"{error.filename}"'
        show_error(BongsuError(f"{what} cannot be used", cause=error.strerror, hint=AFTER_THE_SYSTEM))
        return 3
    except Exception as error:  # noqa: BLE001 - python's own exit code for this is 1, which here means rolled back
        return _failed(error)
    return result if isinstance(result, int) else 0


def _failed(error: Exception) -> int:
    import traceback

    traceback.print_exception(error)
    said = f"bongsu itself failed: {type(error).__name__}: {error}"
    show_error(BongsuError(said, hint=AFTER_A_FAULT))
    return 3
