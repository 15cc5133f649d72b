"""A desk for real processes, in each store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.driving.desk import Desk, desk_of
from tests.postgres.server import PostgresStore


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    store = PostgresStore(request.getfixturevalue("postgres")) if request.param == "postgres" else None
    with desk_of(store, tmp_path) as made:
        yield made
