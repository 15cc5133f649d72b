"""How every page of ours begins: its styles, named by hash in a policy that lets a browser load and run nothing."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from bongsu.evidence.page_text import esc


@cache
def style(*sheets: str) -> str:
    """Return the style sheets of this package as one text, without comments and indentation."""
    lines = (line.strip() for name in sheets for line in _sheet(name).splitlines())
    return "".join(line for line in lines if line and not line.startswith("/*"))


def _sheet(name: str) -> str:
    return (files("bongsu.evidence") / name).read_text("utf-8")


def opening(language: str, title: str, styles: str) -> str:
    """Return a page up to the begin of its body."""
    digest = b64encode(sha256(styles.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        f'<!doctype html>\n<html lang="{esc(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{esc(title)}</title>\n<style>{styles}</style>\n</head>\n<body>\n"
    )
