"""`bongsu sign PATH --as NAME`: sign an evidence folder as one of the signers that its plan names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bongsu.cli.speech import say
from bongsu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.core.plan import Plan
    from bongsu.evidence.findings import Report

SIGNATURES = ("signature", "signature_missing", "timestamp", "timestamp_missing")
"""The findings of `verify` that signing itself is the answer to."""


@click.command("sign")
@click.argument("path", type=click.Path(path_type=Path, file_okay=False))
@click.option("--as", "name", metavar="NAME", help="Who signs: one of keys.signers in the plan.")
@click.option(
    "--key",
    metavar="REF",
    default="env:BONGSU_SIGNING_KEY",
    show_default=True,
    help="Where the private key is found: env:NAME or file:PATH.",
)
@click.option(
    "--timestamp", metavar="URL", help="Have the plan's authority say when it saw where the chain ends (RFC 3161)."
)
@click.option(
    "--authority",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The authority's root certificate as PEM (default: the one that is in PATH already).",
)
def command(path: Path, *, name: str | None, key: str, timestamp: str | None, authority: Path | None) -> int:
    """Verify the evidence at PATH, then sign it; whoever else has signed the same files stays beside you.

    With --timestamp an authority is asked, too, or alone; it learns nothing but a digest.

    Exits with 0 when it is signed, 3 when the authority gives no timestamp, 5 when the evidence does not verify: then
    nothing is signed.
    """
    from bongsu.cli.errors import show_error
    from bongsu.cli.proving import load_signed, prove
    from bongsu.errors import BongsuError
    from bongsu.evidence.folder import PLAN

    if name is None and timestamp is None:
        raise UsageError("nobody is named who signs", hint="--as NAME, --timestamp URL, or both")
    if not path.is_dir():
        raise UsageError(f"there is no folder {str(path)!r}")
    report = prove(path)
    if wrong := _wrong(report):
        said = f"{str(path)!r} does not verify, so it was not signed: {wrong} findings"
        show_error(BongsuError(said, hint="`bongsu verify` shows each with its place"))
        return 5
    plan = load_signed((path / PLAN).read_bytes())
    if name is not None:
        _sign(path, plan, report, name=name, key=key)
    if timestamp is not None:
        from bongsu.cli.timestamping import stamp

        stamp(path, plan, timestamp, authority)
    return 0


def _sign(path: Path, plan: Plan, report: Report, *, name: str, key: str) -> None:
    from bongsu.core.chain import Head
    from bongsu.evidence.findings import Findings
    from bongsu.evidence.folder import Folder
    from bongsu.evidence.signing import key_of, sign_folder
    from bongsu.secrets import SecretStore

    signers = plan.keys.get("signers")
    own = _fingerprint(signers if isinstance(signers, dict) else {}, name)
    private = key_of(SecretStore(Path.cwd()).resolve(key, key="--key"))
    if private.fingerprint != own:
        raise UsageError(
            f"this is not the key that the plan names for {name}",
            cause=f"it is {private.fingerprint}, the plan has {own}",
            hint="a plan is signed off before the run; who signs and with which key stands in it",
        )
    files = Folder(path, Findings()).signed_files()
    sign_folder(path, files, report.run_id, Head(report.seq, report.head), key=private)
    click.echo(say("signed by {}: {}, {} events, head {}", name, report.run_id, report.seq, report.head))


def _wrong(report: Report) -> int:
    return sum(one.severity == "error" and one.rule not in SIGNATURES for one in report.findings)


def _fingerprint(signers: Mapping[str, object], name: str) -> object:
    if name not in signers:
        named = ", ".join(sorted(signers))
        raise UsageError(
            f'the plan names no signer "{name}"',
            hint=f"it names {named}" if named else "keys.signers of the plan says who may sign, with which key",
        )
    return signers[name]
