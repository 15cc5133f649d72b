"""Secrets by reference: the plan says where a value is found, and only this module ever fetches one.

env:NAME            an environment variable
file:path           a file; a relative path starts at the plan's folder
secret:name#field   AWS Secrets Manager: a field of a JSON secret, or without `#field` the whole text
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bongsu.errors import SecretMissing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LARGEST_BYTES = 65_536
"""AWS Secrets Manager's own limit for one value; a file beyond it is not a secret."""
SHORTEST_FIELD = 8
"""A shorter field beside the wanted one is not remembered: it cannot be told from ordinary text."""


class SecretStore:
    """Resolves references once each, and remembers every value so that it can be redacted everywhere."""

    def __init__(
        self,
        plan_dir: Path,
        *,
        region: str | None = None,
        endpoint_url: str | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._plan_dir = plan_dir
        self._region = region
        self._endpoint_url = endpoint_url
        self._environ = environ
        self._texts: dict[str, str] = {}
        self._found: dict[str, str] = {}
        self._client: Any = None
        self._unasked: tuple[str, str] | None = None
        self.versions: dict[str, str] = {}
        """Secret name to the version that Secrets Manager gave, for the evidence; never the value."""

    @property
    def values(self) -> dict[str, str]:
        """Return every value met so far by its reference, for the redactor; all fields of a JSON secret too."""
        return dict(self._found)

    def resolve(self, reference: str, *, key: str = "") -> str:
        """Return the value that a reference leads to.

        Args:
            reference: `env:…`, `file:…` or `secret:…`.
            key: the plan key that holds it, for the error.

        Raises:
            SecretMissing: it leads to nothing; the text names reference and key, never a value.
        """
        where = _Where(reference, key)
        source, _, rest = reference.partition(":")
        if source == "env":
            value = self._from_environment(rest, where)
        elif source == "file":
            value = self._from_file(rest, where)
        elif source == "secret":
            value = self._from_manager(rest, where)
        else:
            raise SecretMissing(
                f"not a reference to a secret{where.at_key}",
                hint='write "env:NAME", "file:path" or "secret:name#field"',
            )
        self._found[reference] = value
        return value

    def resolve_all(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Look up every reference of (plan key, reference).

        Raises:
            SecretMissing: one or more lead to nothing; it names all of them, so that nobody mends one at a time.
        """
        lacking: list[SecretMissing] = []
        for key, reference in wanted:
            try:
                self.resolve(reference, key=key)
            except SecretMissing as error:
                lacking.append(error)
        if lacking:
            raise together(lacking)

    def _from_environment(self, name: str, where: _Where) -> str:
        value = self._environ.get(name, "")
        if not value.strip():
            state = "is empty" if name in self._environ else "is not set"
            raise where.missing(f"the environment variable {state}", f"export {name} before the command")
        return value.strip()

    def _from_file(self, name: str, where: _Where) -> str:
        path = self._plan_dir / Path(name).expanduser()
        try:
            with path.open("rb") as file:
                data = file.read(LARGEST_BYTES + 1)
            text = data.decode("utf-8").strip()
        except OSError as error:
            reason = (error.strerror or "no reason given").lower()
            raise where.missing(
                f"the file cannot be read: {reason}", f"put it at {name}, from the plan's folder"
            ) from None
        except UnicodeDecodeError:
            raise where.missing("the file is not UTF-8 text", "put the secret there as text") from None
        if len(data) > LARGEST_BYTES:
            raise where.missing(
                f"the file is larger than {LARGEST_BYTES} bytes", "name the file that holds only the secret"
            )
        if not text:
            raise where.missing("the file is empty", "write the secret into it")
        return text

    def _from_manager(self, rest: str, where: _Where) -> str:
        name, hash_, field = rest.partition("#")
        text = self._texts.get(name)
        if text is None:
            text = self._texts[name] = self._fetch(name, where)
            self._found |= {f"secret:{name}": text, **_fields(f"secret:{name}", text)}
        if not hash_:
            return text
        try:
            value = json.loads(text)[field]
        except (ValueError, TypeError):
            raise where.missing(
                "the secret is not a JSON object, so it has no fields", "take the #field away"
            ) from None
        except KeyError:
            raise where.missing(f'the secret has no field "{field}"', "add the field, or correct its name") from None
        if not isinstance(value, str) or not value.strip():
            raise where.missing(f'the field "{field}" holds no text', "store the value as text")
        return value.strip()

    def _fetch(self, name: str, where: _Where) -> str:
        from botocore.exceptions import BotoCoreError, ClientError

        if self._unasked is not None:
            raise where.missing(*self._unasked)
        try:
            answer = self._manager(where).get_secret_value(SecretId=name)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "no code"))
            raise where.missing(f"Secrets Manager answered {code}", _ADVICE.get(code, _ADVICE[""])) from None
        except BotoCoreError as error:
            reason = type(error).__name__
            # It would not answer for another secret either, and each question takes its time to fail.
            self._unasked = (f"Secrets Manager could not be asked: {reason}", _ADVICE.get(reason, _ADVICE[""]))
            raise where.missing(*self._unasked) from None
        text = answer.get("SecretString")
        if not isinstance(text, str) or not text.strip():
            raise where.missing("the secret holds no text", "store it as text, not as binary")
        self.versions[name] = str(answer.get("VersionId", ""))
        return text.strip()

    def _manager(self, where: _Where) -> Any:
        if self._client is None:
            try:
                from boto3.session import Session
                from botocore.config import Config
            except ImportError:
                raise where.missing("boto3 is not installed", "install bongsu with its extra `aws`") from None
            config = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 3, "mode": "standard"})
            # A session of its own: the library's shared one keeps the first credentials it ever saw.
            self._client = Session().client(
                "secretsmanager", region_name=self._region, endpoint_url=self._endpoint_url, config=config
            )
        return self._client

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None


class _Where:
    """The reference and the plan key that an error names."""

    def __init__(self, reference: str, key: str) -> None:
        self.reference = reference
        self.at_key = f', at plan key "{key}"' if key else ""

    def missing(self, cause: str, hint: str) -> SecretMissing:
        found = SecretMissing(f'"{self.reference}" leads to nothing{self.at_key}', cause=cause, hint=hint)
        found.reference = self.reference
        return found


def together(errors: Sequence[SecretMissing]) -> SecretMissing:
    """Return one error that says everything of several: each reference once, with its cause, and each advice once."""
    found: dict[str, SecretMissing] = {}
    for error in errors:
        for one in error.each or (error,):
            found.setdefault(one.reference or one.text, one)
    each = tuple(found.values())
    if len(each) == 1:
        return each[0]
    causes = [f"{error.text}: {error.cause}" if error.cause else error.text for error in each]
    hints = dict.fromkeys(error.hint for error in each if error.hint)
    all_of_them = SecretMissing(f"{len(each)} secrets cannot be found", cause="\n".join(causes), hint="\n".join(hints))
    all_of_them.each = each
    return all_of_them


_ADVICE = {
    "ResourceNotFoundException": "create the secret in that account and region, or correct its name",
    "InvalidRequestException": "the secret is scheduled for deletion; restore it, or name another",
    "AccessDeniedException": "allow secretsmanager:GetSecretValue on it to the credentials in use",
    "ExpiredTokenException": "sign in to AWS again",
    "UnrecognizedClientException": "sign in to AWS again",
    "InvalidSignatureException": "sign in to AWS again, or look at secrets.region in the plan",
    "NoCredentialsError": "sign in to AWS, or set AWS_PROFILE",
    "NoRegionError": "write secrets.region into the plan",
    "EndpointConnectionError": "look at the network, or at secrets.endpoint_url in the plan",
    "": "try `aws secretsmanager get-secret-value` with the same credentials",
}


def _fields(reference: str, text: str) -> dict[str, str]:
    """Return every text inside a JSON secret under a reference of its own; nothing when it is no JSON."""
    try:
        waiting: list[tuple[str, object]] = [(f"{reference}#", json.loads(text))]
    except ValueError:
        return {}
    found: dict[str, str] = {}
    while waiting:
        name, item = waiting.pop()
        if isinstance(item, str) and len(item.strip()) >= SHORTEST_FIELD:
            found[name] = item.strip()
        elif isinstance(item, dict):
            waiting += [(f"{name}{'' if name.endswith('#') else '.'}{key}", value) for key, value in item.items()]
        elif isinstance(item, list):
            waiting += [(f"{name}[{i}]", value) for i, value in enumerate(item)]
    return found
