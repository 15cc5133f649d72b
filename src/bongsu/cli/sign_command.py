"""`bongsu sign PATH --as NAME`: sign an evidence folder as one of the signers that its plan names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bongsu.cli.speech import say
from bongsu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.evidence.findings import Report

SIGNATURES = ("signature", "signature_missing")
"""The findings of `verify` that signing itself is the answer to."""


@click.command("sign")
@click.argument("path", type=click.Path(path_type=Path, file_okay=False))
@click.option("--as", "name", metavar="NAME", required=True, help="Who signs: one of keys.signers in the plan.")
@click.option(
    "--key",
    metavar="REF",
    default="env:BONGSU_SIGNING_KEY",
    show_default=True,
    help="Where the private key is found: env:NAME or file:PATH.",
)
def command(path: Path, *, name: str, key: str) -> int:
    """Verify the evidence at PATH, then sign it; whoever else has signed the same files stays beside you.

    Exits with 0 when it is signed, 5 when it does not verify: then nothing is signed.
    """
    from bongsu.cli.errors import show_error
    from bongsu.cli.proving import load_signed, prove
    from bongsu.core.chain import Head
    from bongsu.errors import BongsuError
    from bongsu.evidence.findings import Findings
    from bongsu.evidence.folder import PLAN, Folder
    from bongsu.evidence.signing import key_of, sign_folder
    from bongsu.secrets import SecretStore

    if not path.is_dir():
        raise UsageError(f"there is no folder {str(path)!r}")
    report = prove(path)
    if wrong := _wrong(report):
        said = f"{str(path)!r} does not verify, so it was not signed: {wrong} findings"
        show_error(BongsuError(said, hint="`bongsu verify` shows each with its place"))
        return 5
    signers = load_signed((path / PLAN).read_bytes()).keys.get("signers")
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
    return 0


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
