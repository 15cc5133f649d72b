"""Ledgers of every kind, for the tests that hold them to their port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ports.stores import STORES, Store, store_of

from bongsu.ledger._port import Ledger


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with store_of(request.param, tmp_path / "state") as opened:
        yield opened


@pytest.fixture
def ledger(store: Store) -> Iterator[Ledger]:
    opened = store.open()
    yield opened
    opened.close()
