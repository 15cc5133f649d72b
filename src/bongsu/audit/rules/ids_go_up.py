"""Ids of messages in one chat go up with time; a later message with a smaller id was not numbered by the service.

Source: Telegram Bot API, Message: message_id is unique inside the chat and grows; Slack API: ts is unique in the channel.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import prose, told
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.head_numbers import broken
from bongsu.audit.id_columns import backwards
from bongsu.audit.ids import Numbered, Sure, numbered
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.id_columns import Back
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
HALF_DAY_S = 43_200
INSTEAD = "the id that the service returned for this message"
LISTED = pattern(
    r"(?:\bids?\b|message(?:s| ids?| numbers?)?|번호|메시지|아이디)\W{0,3}(?:were |are |came back as |은 |는 )?(?P<all>\d{2,12}(?:(?:, ?| and |, and | then |, then | ?-> ?| ?→ ?|와 |과 |, 그리고 )\d{2,12}){2,})",
    re.IGNORECASE,
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield ids that are not above that of an earlier message of the same chat."""
    for log in logs:
        chats: dict[str, list[Numbered]] = {}
        for one in numbered(log):
            chats.setdefault(one.chat, []).append(one)
        told: set[int] = set()
        for hit in (*(hit for found in chats.values() for hit in (*_by_time(found), *_here(found))), *_listed(log)):
            told |= {hit.spot.line, *(spot.line for spot in hit.also)}
            yield hit
        for back in backwards(log):
            if back.of_messages and told.isdisjoint({back.cell.spot.line, back.before.spot.line}):
                yield of_a_row(back)
        for head, before in broken(log):
            if told.isdisjoint({head.spot.line, before.spot.line}):
                why = f"{head.number} is not above {before.number} of an earlier message in the same chat"
                yield Hit(spot=head.spot, also=(before.spot,), why=why, instead=INSTEAD)


def _by_time(found: list[Numbered]) -> Iterator[Hit]:
    """Yield the ids that are below one which was certainly handed out earlier."""
    for sure in (Sure.INSTANT, Sure.CLOCK):
        alike = [one for one in found if one.sure is sure]
        for exact_s in {one.exact_s for one in alike}:
            mine = [one for one in alike if one.exact_s == exact_s]
            for other_s in {one.exact_s for one in alike}:
                yield from _against(mine, [one for one in alike if one.exact_s == other_s], max(exact_s, other_s))


def _against(mine: list[Numbered], others: list[Numbered], apart_s: int) -> Iterator[Hit]:
    """Yield each of some ids that an earlier one of others is not below; each list is gone through once."""
    before = sorted(others, key=lambda one: one.when)
    place, highest = 0, None
    answers: dict[int, Numbered] = {}
    for one in sorted(mine, key=lambda one: one.when):
        while place < len(before) and (one.when - before[place].when).total_seconds() >= apart_s:
            other = before[place]
            highest = other if highest is None or other.number > highest.number else highest
            if other.answered:
                answers[other.number] = other
            place += 1
        again = answers.get(one.number) if one.answered else None
        earlier = highest if highest and highest.number > one.number else again
        if earlier:
            yield _hit(one, earlier)


def _here(found: list[Numbered]) -> Iterator[Hit]:
    """Yield the ids of one part of a log whose lines and clock go forwards while the ids go back."""
    parts: dict[int, list[Numbered]] = {}
    for one in found:
        if one.sure is Sure.HERE:
            parts.setdefault(one.part, []).append(one)
    for part in parts.values():
        highest = part[0]
        for one in part[1:]:
            later_s = (one.when - highest.when).total_seconds()
            if one.number > highest.number:
                highest = one
            elif one.number < highest.number and max(one.exact_s, highest.exact_s) <= later_s < HALF_DAY_S:
                yield _hit(one, highest)


def _hit(one: Numbered, earlier: Numbered) -> Hit:
    return Hit(
        spot=one.spot,
        also=(earlier.spot,),
        why=f"{one.text} is not above {earlier.text} of an earlier message in the same chat",
        instead=INSTEAD,
    )


def of_a_row(back: Back) -> Hit:
    """Return what is wrong with a row that goes back in a count."""
    return Hit(
        spot=back.cell.spot,
        also=(back.before.spot,),
        why=f"{back.number} is below the {back.number_before} of the row before it, and all other rows go up with their times",
        instead="the number that was given to this one, or the time at which it was",
    )


def _listed(log: Log) -> Iterator[Hit]:
    for number, line in told(log):
        match = LISTED.search(prose(line))
        if not match or not re.search(r"telegram|텔레그램|\bbot\b|봇|message|메시지", line, re.IGNORECASE):
            continue
        ids = [int(one) for one in re.findall(r"\d+", match["all"])]
        if ids not in (sorted(ids), sorted(ids, reverse=True)):
            yield Hit(
                spot=log.spot(number, match, "all"),
                why="ids of one chat go up with each message; in the order of this list they do not",
                instead="the ids as the service returned them, each with its message",
            )
