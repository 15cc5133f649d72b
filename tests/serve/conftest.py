"""The secrets that the plan of these tests refers to."""

from __future__ import annotations

import pytest
from tests.serve.rig import SECRETS


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
