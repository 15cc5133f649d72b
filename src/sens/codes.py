"""What the result codes of SENS text messages mean for whoever must act on them."""

from __future__ import annotations

from enum import StrEnum


class CodeClass(StrEnum):
    """Who can do something about a result code."""

    OK = "ok"
    TEMPORARY = "temporary"  # the carrier has tried again already; not sent again by itself
    PERMANENT = "permanent"
    BAD_NUMBER = "bad_number"
    REFUSED = "refused"
    OUR_ERROR = "our_error"
    CALLER_ID = "caller_id"  # stop the store: the number it sends from is not allowed
    QUOTA = "quota"  # stop everything: the account may send no more
    UNKNOWN = "unknown"


_TABLE: dict[CodeClass, tuple[str, ...]] = {
    CodeClass.OK: ("0",),
    CodeClass.TEMPORARY: ("2000", "2001", "2002", "2003", "2004", "2005", "2007", "3005", "3011", "1001"),
    CodeClass.PERMANENT: ("2006", "3000", "3002", "3007", "3008", "3010", "3014", "3015"),
    CodeClass.BAD_NUMBER: ("3001", "3003", "3004", "1002"),
    CodeClass.REFUSED: ("3006", "3012", "3013", "1004"),
    CodeClass.OUR_ERROR: (
        *("3009", "3016", "3022", "1003"),
        *("1009", "1010", "1011", "1012", "1013", "1018", "1019", "1020"),
    ),
    CodeClass.CALLER_ID: ("3017", "3018", "3019", "3023", "1022"),
    CodeClass.QUOTA: ("1005",),
}
_CLASS = {code: kind for kind, codes in _TABLE.items() for code in codes}


def class_of(code: str) -> CodeClass:
    """Return the class of a message's statusCode; codes that no table lists are UNKNOWN."""
    if code.startswith("E9"):
        return CodeClass.OUR_ERROR
    return _CLASS.get(code, CodeClass.UNKNOWN)
