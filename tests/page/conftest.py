"""One world for all stories about the page, and one Chromium where it is installed."""

from __future__ import annotations

import pytest
from tests.page.browser import chromium
from tests.page.table import laid


@pytest.fixture(scope="session")
def _table(tmp_path_factory):
    with laid(tmp_path_factory.mktemp("page")) as table:
        yield table


@pytest.fixture
def table(_table):
    yield _table
    _table.tidy()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Not for the session: playwright's event loop must be gone before other tests run theirs."""
    with chromium(tmp_path_factory.mktemp("profile")) as one:
        yield one
