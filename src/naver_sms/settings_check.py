"""The rules that settings must keep with one another, checked before anything is asked, written or sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from naver_sms.settings import MODES, is_loopback
from naver_sms.texts import problems_of_text
from sens.limits import SUBJECT_BYTES, refused_characters, size_bytes

if TYPE_CHECKING:
    from naver_sms.settings import Settings

CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
SERVICE_ID = re.compile(r"[A-Za-z0-9:_.-]+")


def problems_of(settings: Settings) -> list[str]:
    """Return every rule that the settings break, in words; [] when a run may start."""
    return [
        *_addresses(settings),
        *_references(settings),
        *_numbers(settings),
        *_stores(settings),
        *_texts(settings),
        *_alimtalk(settings),
    ]


def _uses_aws(settings: Settings) -> bool:
    own = tuple(store.cookies or "" for store in settings.stores)
    refs = (*own, settings.cookies, settings.sens_key, settings.salt or "", settings.codes or "")
    table = settings.state == "dynamodb"
    return table or any(ref.startswith("secret:") for ref in refs)


def _addresses(settings: Settings) -> list[str]:
    found: list[str] = []
    named = (
        ("naver_url", settings.naver_url),
        ("sens_url", settings.sens_url),
        ("clock_url", settings.clock_url),
        ("telegram.url", settings.telegram.url if settings.telegram else None),
        ("slack.url", settings.slack.url if settings.slack else None),
    )
    for name, url in named:
        if url is None:
            continue
        if not url.startswith(("https://", "http://")):
            found.append(f"'{name}' must be an http or https address")
        elif url.startswith("http://") and not is_loopback(url):
            found.append(f"'{name}' must be https unless it is a loopback address")
    if settings.clock_url is not None and not _all_loopback(settings):
        found.append("'clock_url' is accepted only when every address, AWS included, is loopback")
    return found


def _all_loopback(settings: Settings) -> bool:
    urls = [settings.naver_url, settings.sens_url, settings.clock_url or ""]
    if _uses_aws(settings):
        given = [url for name, url in settings.environ.items() if name.startswith("AWS_ENDPOINT_URL")]
        urls += given or [""]
    return all(is_loopback(url) for url in urls)


def _references(settings: Settings) -> list[str]:
    found: list[str] = []
    every = (settings.cookies, *(store.cookies for store in settings.stores if store.cookies is not None))
    if any(one.partition(":")[0] not in {"file", "secret", "table"} for one in every):
        found.append("'cookies' must be 'file:PATH', 'secret:NAME' or 'table:ID'")
    if any(one.startswith("table:") for one in every) and settings.state == "memory":
        found.append("'cookies' cannot be a table when 'state' is memory")
    if settings.sens_key != "env" and not settings.sens_key.startswith("secret:"):
        found.append("'sens_key' must be 'env' or 'secret:NAME'")
    if settings.salt is not None and not settings.salt.startswith(("env:", "secret:")):
        found.append("'salt' must be 'env:NAME' or 'secret:NAME'")
    if settings.codes is not None and not settings.codes.startswith(("env:", "file:", "secret:")):
        found.append("'codes' must be 'env:NAME', 'file:PATH' or 'secret:NAME', never the codes themselves")
    if settings.codes is not None and settings.rules is None:
        found.append("'codes' are for the texts of a rules file: set 'rules'")
    if settings.state not in {"dynamodb", "memory"} and not settings.state.startswith("sqlite:"):
        found.append("'state' must be 'dynamodb', 'sqlite:PATH' or 'memory'")
    for name, chat in (("telegram", settings.telegram), ("slack", settings.slack)):
        if chat is not None and not chat.token.startswith(("env:", "secret:")):
            found.append(f"'{name}.token' must be 'env:NAME' or 'secret:NAME', never the token itself")
    if settings.digest not in {"every", "work"}:
        found.append("'digest' must be 'every' or 'work'")
    if settings.language not in {"en", "ko"}:
        found.append("'language' must be 'en' or 'ko'")
    if settings.legacy_rows not in {"scan", "ignore"}:
        found.append("'legacy_rows' must be 'scan' or 'ignore'")
    if settings.mode not in MODES:
        found.append(f"'mode' must be one of {', '.join(MODES)}")
    if settings.parity_mode not in {"strict", "corrected"}:
        found.append("'parity_mode' must be 'strict' or 'corrected'")
    if not SERVICE_ID.fullmatch(settings.sens_service_id):
        found.append("'sens_service_id' must look like 'ncp:sms:kr:100000000001:example'")
    return found


def _numbers(settings: Settings) -> list[str]:
    found: list[str] = []
    named = [("default_from_number", settings.default_from_number)]
    named += [(f"from_number of store {s.id}", s.from_number) for s in settings.stores if s.from_number]
    for name, number in named:
        if not (number.isascii() and number.isdigit() and 8 <= len(number) <= 12):
            found.append(f"'{name}' must be 8 to 12 digits without hyphens")
        elif settings.registered_numbers and number not in settings.registered_numbers:
            found.append(f"'{name}' is {number}, which is not among 'registered_numbers': SENS would send nothing")
    return found


def _stores(settings: Settings) -> list[str]:
    found: list[str] = []
    ids = [store.id for store in settings.stores]
    if any(not (one.isascii() and one.isdigit()) for one in ids):
        found.append("every store id must be digits")
    if len(set(ids)) != len(ids):
        found.append("a store id is listed twice")
    if not settings.enabled:
        found.append("no store is enabled")
    odd = [one for one in settings.stores if one.quiet and not _is_span(one.quiet)]
    found += [f"'quiet' of store {one.id} needs two Korean times, such as [22:00, 08:00] in quotes" for one in odd]
    return found


def _is_span(hours: tuple[str, ...]) -> bool:
    return len(hours) == 2 and all(CLOCK.fullmatch(one) for one in hours)


def _alimtalk(settings: Settings) -> list[str]:
    found: list[str] = []
    for store in settings.stores:
        if store.channel not in {"sms", "alimtalk"}:
            found.append(f"'channel' of store {store.id} must be 'sms' or 'alimtalk'")
        elif store.channel == "alimtalk" and (settings.alimtalk is None or not settings.corrected):
            found.append(f"'channel: alimtalk' of store {store.id} needs 'alimtalk' and 'parity_mode: corrected'")
    if settings.alimtalk is not None:
        known = {"confirm", *(f"guide/{store.id}" for store in settings.stores)}
        odd = sorted(set(settings.alimtalk.templates) - known)
        found += [f"'alimtalk' has no use for a template '{name}': event texts stay texts" for name in odd]
        if not SERVICE_ID.fullmatch(settings.alimtalk.service_id):
            found.append("'alimtalk.service_id' must look like 'ncp:kkobizmsg:kr:1000000:example'")
    return found


def _texts(settings: Settings) -> list[str]:
    found: list[str] = []
    needed = ["confirm", "event", *(f"guide/{store.id}" for store in settings.enabled)]
    if settings.rules is None:
        found += [f"template '{name}' is missing" for name in needed if name not in settings.templates]
    for name, text in settings.templates.items():
        # With a rules file a text may have placeholders: each is looked at where its rule is.
        wrong = problems_of_text(text) if settings.rules is None else []
        found += [f"template '{name}': {problem}" for problem in wrong]
    refused = refused_characters(settings.subject)
    if refused:
        found.append(f"'subject' holds a character that SENS refuses: {refused[0]}")
    elif size_bytes(settings.subject) > SUBJECT_BYTES:
        found.append(f"'subject' is {size_bytes(settings.subject)} bytes, at most {SUBJECT_BYTES}")
    return found
