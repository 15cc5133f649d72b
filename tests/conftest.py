"""What holds for every test: the command line speaks English whatever this machine's language is."""

from __future__ import annotations

import os

os.environ["BONGSU_LANG"] = "en"
