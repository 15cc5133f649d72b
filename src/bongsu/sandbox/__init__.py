"""Imitations of the outside services, stricter than the real ones, on a clock that skips idle time."""
