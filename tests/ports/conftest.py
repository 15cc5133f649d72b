"""Ledgers of every kind, for the tests that hold them to their port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ports.stores import STORES, MemoryStore, SqliteStore, Store

from bongsu.ledger._port import Ledger


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "postgres":
        # Here, because docs/extending.md has this folder tried alone, where nobody asks for a server.
        from tests.postgres.server import PostgresStore

        return PostgresStore(request.getfixturevalue("postgres"))
    return MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "state")


@pytest.fixture
def ledger(store: Store) -> Iterator[Ledger]:
    opened = store.open()
    yield opened
    opened.close()
