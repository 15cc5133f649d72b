"""What a dry run prints: each text that would be sent, masked, in the order of urgency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from naver_sms.intent import PRIORITY, Intent, Skipped
from naver_sms.masking import masked_name, masked_phone
from naver_sms.record import KST
from naver_sms.rendering import name_in_texts
from naver_sms.words import said
from sens.limits import size_bytes

if TYPE_CHECKING:
    from naver_sms.run import Pass


def would_send(done: Pass, *, show_text: bool, masked: bool = False) -> list[str]:
    """Return the lines; the texts themselves only when they are asked for, `masked` without the customer's name."""
    intents = sorted(done.tally.intents, key=lambda one: (PRIORITY[one.kind], one.booking.start_at))
    lines = []
    for one in intents:
        lines.append(_line(one))
        if show_text:
            name = name_in_texts(one.booking.name)
            text = one.words.content.replace(name, masked_name(name)) if masked and name else one.words.content
            lines += [f"    {part}" for part in text.splitlines()]
    notes = [note for store in done.tally.stores.values() for note in store.notes]
    lines += [f"to {', '.join(note.chats)}: {note.text}" for note in notes]
    sends = sum(one.skipped is Skipped.MODE for one in intents)
    language = "en" if done.settings is None else done.settings.language
    return [*lines, said(language, "would_send", sends=sends, others=len(intents) - sends)]


def _line(one: Intent) -> str:
    held = "" if one.skipped is Skipped.MODE or one.skipped is None else f"  not: {one.skipped.value}"
    start = one.booking.start_at.astimezone(KST)
    words = one.words
    size = f"{words.type.value} {size_bytes(words.content)} bytes"
    kind = "extra" if one.extra else one.kind.value
    return (
        f"{kind:<7}  {one.rule or one.why:<6}  {one.booking.booking_num:<20}  {masked_name(one.booking.name)}"
        f"  {masked_phone(one.booking.phone)}  {start:%m-%d %H:%M}  {size}"
        f"  {words.template} from {words.from_number}{held}"
    )
