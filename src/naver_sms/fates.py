"""What became, in the end, of texts that earlier runs began: a carrier may take a day to say that a handset was off."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from naver_sms.masking import masked_phone
from naver_sms.record import ClaimState
from naver_sms.rulebook import EXTRA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from naver_sms.record import Kind, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """The end of one text of an earlier run."""

    record: Record
    kind: Kind
    to: str = field(repr=False)
    ended: ClaimState
    """`delivered`, `failed` or `abandoned`."""
    code: str | None = None
    from_number: str = ""


def fates_counted(fates: Sequence[Fate]) -> dict[str, Any]:
    """Return how many texts that were accepted arrived after all, how many did not, and why."""
    ended = Counter(one.ended for one in fates)
    codes = Counter(one.code for one in fates if one.ended is ClaimState.FAILED and one.code is not None)
    return {
        "delivered": ended[ClaimState.DELIVERED],
        "failed": ended[ClaimState.FAILED],
        "by_code": dict(sorted(codes.items())),
    }


def lost(fates: Sequence[Fate]) -> list[dict[str, Any]]:
    """Name, masked, the texts that reached nobody, or of which nobody can say that they did."""
    return [
        {
            "kind": EXTRA if "#" in one.record.booking_num else one.kind.value,
            "booking": one.record.booking_num,
            "to": masked_phone(one.to),
            "ended": one.ended.value,
            "code": one.code,
        }
        for one in fates
        if one.ended is not ClaimState.DELIVERED
    ]
