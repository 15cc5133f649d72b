"""Run a production cutover and prove it."""

__version__ = "0.1.0"
