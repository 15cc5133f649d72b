"""`bongsu sign PATH --timestamp URL`: an authority's word for when it saw where the chain ends (RFC 3161)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bongsu.cli.speech import say
from bongsu.errors import BongsuError, UsageError
from bongsu.evidence.folder import AUTHORITY, HEAD, TIMESTAMP
from bongsu.evidence.timestamps import NotWitnessed, fingerprints, witnessed

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.core.plan import Plan

INSTALL = "pip install 'bongsu[timestamp]'"
TIMEOUT_S = 30.0


class AuthorityRefused(BongsuError):
    """The authority gave no timestamp that holds."""

    exit_code = 3
    hint = "nothing was written; ask again later, or look at the address and the certificate"


def stamp(folder: Path, plan: Plan, url: str, authority: Path | None) -> None:
    """Ask the authority, verify its answer, and put it into the folder beside the authority's certificate."""
    fingerprint = plan.keys.get("timestamps")
    if not fingerprint:
        raise UsageError(
            "the plan names no authority for timestamps", hint="keys.timestamps of the plan does, before the run"
        )
    certificates = _certificates(folder, authority, str(fingerprint))
    head = (folder / HEAD).read_bytes()
    answer = _asked(url, head)
    try:
        at = witnessed(answer, head, certificates=certificates, fingerprint=str(fingerprint))
    except NotWitnessed as exc:
        raise AuthorityRefused(f'the answer of "{url}" is no timestamp that holds', cause=str(exc)) from exc
    (folder / AUTHORITY).write_bytes(certificates)
    (folder / TIMESTAMP).write_bytes(answer)
    click.echo(say("seen by the authority at {}", f"{at:%Y-%m-%dT%H:%M:%SZ}"))


def _certificates(folder: Path, authority: Path | None, fingerprint: str) -> bytes:
    place = authority or folder / AUTHORITY
    try:
        certificates = place.read_bytes()
    except OSError as exc:
        hint = "name the authority's root certificate as PEM: --authority FILE"
        raise UsageError("the authority's certificate cannot be read", cause=exc.strerror, hint=hint) from exc
    if fingerprint not in (there := fingerprints(certificates)):
        raise UsageError(
            "this is not the certificate that the plan names",
            cause=f"it is {', '.join(there) or 'none'}, the plan has {fingerprint}",
            hint="a plan is signed off before the run; which authority is believed stands in it",
        )
    return certificates


def _asked(url: str, head: bytes) -> bytes:
    """Return the authority's answer to a question about these bytes; it learns their digest alone."""
    import urllib3

    try:
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
    except ImportError as exc:
        raise UsageError("the extra `timestamp` is not installed", hint=INSTALL) from exc
    request = TimestampRequestBuilder().data(head).hash_algorithm(HashAlgorithm.SHA256).build()
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        response = urllib3.request(
            "POST", url, body=request.as_bytes(), headers=headers, timeout=TIMEOUT_S, retries=False
        )
    except urllib3.exceptions.HTTPError as exc:
        raise AuthorityRefused(f'the authority at "{url}" does not answer', cause=str(exc)) from exc
    if response.status != 200:
        raise AuthorityRefused(f'the authority at "{url}" answered with {response.status}')
    return response.data
