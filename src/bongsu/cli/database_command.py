"""`bongsu database ROLE`: the SQL that prepares a PostgreSQL database for ledgers."""

from __future__ import annotations

import click


@click.command("database")
@click.argument("role")
def command(role: str) -> int:
    """Print the SQL that lets ROLE, and the program with it, keep ledgers in a PostgreSQL database.

    Nothing is connected to: the database's owner reads it and runs it, once, and again for another role. ROLE may add
    lines and read them, and change or delete none; triggers refuse that to the owner too.

    Exits with 0.
    """
    from bongsu.ledger.postgres_schema import setup_sql

    click.echo(setup_sql(role), nl=False)
    return 0
