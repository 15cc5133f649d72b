"""`bongsu keygen FILE`: make a key to sign evidence with."""

from __future__ import annotations

from pathlib import Path

import click

from bongsu.cli.speech import say


@click.command("keygen")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(file: Path) -> int:
    """Make an Ed25519 key in FILE, which must not be there yet, and print its fingerprint for the plan.

    The key itself is never shown. FILE is readable by its owner alone; whoever has it can sign as you.
    Exits with 0, or with 2 when FILE is there already.
    """
    from bongsu.evidence.signing import new_key

    key = new_key(file)
    click.echo(key.fingerprint)
    click.echo(say("the key is in {}; in the plan, below keys.signers, it stands as", file), err=True)
    click.echo(f'  NAME: "{key.fingerprint}"', err=True)
    return 0
