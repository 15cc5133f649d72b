"""Words of a line: its stems, the numbers that it spells out, what it quotes or takes back."""

from __future__ import annotations

import re
from functools import lru_cache

NUMBER_WORDS = {
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "eighteen": 18,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "forty-five": 45,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
    "both": 2,
    "a dozen": 12,
    "dozen": 12,
    "half a dozen": 6,
    "한": 1,
    "두": 2,
    "세": 3,
    "네": 4,
    "다섯": 5,
    "여섯": 6,
    "일곱": 7,
    "여덟": 8,
    "아홉": 9,
    "열": 10,
    "열두": 12,
    "하나": 1,
    "둘": 2,
    "셋": 3,
    "넷": 4,
}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
NUMBER_WORDS |= {"seventeen": 17, "nineteen": 19, **_TENS}
NUMBER_WORDS |= {f"{ten}-{one}": most + 1 + place for ten, most in _TENS.items() for place, one in enumerate(_ONES)}
"""What a spelled number counts."""
EN_NUMBER = "|".join(sorted((word for word in NUMBER_WORDS if word.isascii()), key=len, reverse=True))
KO_NUMBER = "|".join(sorted((word for word in NUMBER_WORDS if not word.isascii()), key=len, reverse=True))
STOP = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "by",
        "with",
        "and",
        "or",
        "but",
        "from",
        "into",
        "onto",
        "as",
        "is",
        "was",
        "were",
        "are",
        "be",
        "been",
        "has",
        "have",
        "had",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "there",
        "then",
        "than",
        "we",
        "i",
        "you",
        "they",
        "he",
        "she",
        "our",
        "my",
        "your",
        "their",
        "us",
        "them",
        "me",
        "so",
        "not",
        "no",
        "all",
        "each",
        "every",
        "both",
        "any",
        "some",
        "which",
        "who",
        "what",
        "when",
        "where",
        "again",
        "also",
        "only",
        "just",
        "still",
        "now",
        "here",
        "after",
        "before",
        "until",
        "since",
        "while",
        "about",
        "over",
        "under",
        "out",
        "up",
        "down",
        "off",
        "done",
        "do",
        "did",
        "does",
        "will",
        "would",
        "can",
        "could",
        "should",
        "may",
        "might",
        "one",
        "two",
        "three",
        "first",
        "second",
        "last",
        "time",
        "times",
        "day",
        "hour",
        "hours",
        "minute",
        "minutes",
        "min",
        "second",
        "seconds",
        "sec",
        "today",
        "line",
        "lines",
        "및",
        "등",
        "그",
        "이",
        "저",
        "것",
        "수",
        "때",
        "더",
        "후",
        "뒤",
        "전",
        "중",
        "또",
        "각",
        "약",
        "첫",
        "모두",
        "전부",
        "전원",
        "시각",
        "시간",
        "오전",
        "오후",
    ]
)
PARTICLE = re.compile(
    r"(?<=[가-힣]{2})(?:으로부터|에서부터|에게서|이라고|부터는|까지는|에서는|으로는|에는|에도|부터|까지|에서|에게|으로|이나|처럼|보다|마다|하고|"
    r"됨|함|했다|하였다|했음|된다|한다|되었다|됐다|되어|하여|해서|하는|되는|했던|은|는|이|가|을|를|의|에|로|와|과|도|만|나|인)$"
)
PIECE = re.compile(r"[A-Za-z]{1,3}\d+[a-z]?(?![A-Za-z\d])|[A-Za-z]+(?:['’][a-z]+)?|[가-힣]+|\d+")
TAKEN_BACK = re.compile(
    r"^\W{0,6}(?:wrong|incorrect|corrected|correction|mistake|struck out|retracted|not true|erratum|정정|오류|잘못|틀림)\b|"
    r"\b(?:(?:is|was) an? (?:slip|typo)|typed (?:the |a )?wrong|wrong (?:letter|digit)|was (?:wrong|a mistake|mistyped|mis-?typed)|were wrong|should (?:have been|have read|read|say)|typed from memory|struck out|"
    r"corrected (?:it|that|this|in|above|below|here|now|by|with)\b|not copied|draft said|(?:first|earlier|old|previous|original) (?:version|draft|note|entry|post) (?:of \w+ \w+ )?(?:said|had|gave|read|told)|wrongly|mistakenly|in error|instead of|(?:letter|digit|character|figure) should be|there (?:is|was) no such|corrected (?:to|from)|earlier version)\b|"
    r"\b(?:wrote|said|claimed|reported|told|announced|noted|stated) (?:there |here |earlier )?that [^.]{3,80}\. (?:It|That|There|They|In fact|Actually|One|Two)\b|(?:라고|다고) (?:썼|적었|보냈|했|알렸)[^.]{0,12}(?:으나|지만|는데)|"
    r"잘못|바로잡|정정|오기(?:였|이)|틀렸|틀린|틀림(?!없)|초안|처음 ?(?:적을|쓸|적었을|썼을) ?때",
    re.IGNORECASE,
)
QUOTED = re.compile(r"`[^`]*`|\"[^\"]{3,160}\"|“[^”]{3,160}”|「[^」]{2,160}」|'[^'\n]{8,160}'(?!\w)")
PLANNED = re.compile(
    r"\b(?:will|would|plan(?:s|ned)?|next|tomorrow|later|if|unless|in case|should|must|may|might|could|to be|todo|tbd|expected|"
    r"estimate[ds]?|at most|at least|up to|within|target|limit|deadline|e\.g\.|for example|had it|needed)\b|"
    r"예정|계획|다음 ?(?:번|주|달|훈련)|만약|경우|목표|제한|이내|최대|최소|예상|해야",
    re.IGNORECASE,
)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the stem of a word: `drained` and `draining` as `drain`, a Korean noun without its particle."""
    if word[-1:].isdigit():
        return word.lower()
    word = word.lower().removesuffix("'s").removesuffix("’s")
    if not word.isascii():
        return PARTICLE.sub("", word)
    for end in ("ations", "ation", "ings", "ing", "ed", "ies", "es", "s", "e"):
        if word.endswith(end) and len(word) - len(end) >= 3:
            word = word[: -len(end)] + ("i" if end == "ies" else "")
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


@lru_cache(maxsize=20_000)
def stems(text: str) -> frozenset[str]:
    """Return the stems of the words that a text is about; names such as `invoice-q-new` give each of their parts."""
    found = (piece.lower() for piece in PIECE.findall(text))
    return frozenset(
        stem(one) for one in found if one not in STOP and (len(one) > 1 or not one.isascii()) and not one.isdigit()
    )


@lru_cache(maxsize=20_000)
def plain(line: str) -> str:
    """Return a line with what it quotes, as code or as words, blanked; every letter stays in its place."""
    return QUOTED.sub(lambda found: " " * len(found[0]), line)


def number(text: str) -> int | None:
    """Return what a number means, in digits or spelled."""
    text = text.strip().lower()
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d{1,9}", text):
        return int(text.replace(",", ""))
    return NUMBER_WORDS.get(text)


@lru_cache(maxsize=20_000)
def taken_back(line: str) -> bool:
    """Return whether a line corrects what it, or the line that it quotes, says."""
    return bool(TAKEN_BACK.search(line))
