"""The English catalogue of a page by itself."""

from __future__ import annotations

PAGING: dict[str, str] = {
    "unmeasured.summary": "‹summary›",
    "page.raised": "Raised",
    "page.raised.by": "{time} by {name}",
    "page.now": "This message",
    "page.now.text": "level {level} of {levels}, round {round} of {rounds}",
    "page.console": "Press Acknowledge, or on the command line: bongsu ack {run} --by NAME",
    "answers.console": "Answer on the command line: bongsu ack {run} --by NAME",
    "answer.taken": "{name} has taken it already; your press is recorded as #{seq} and changes nothing",
    "closing.cleared": "Closed: over, said by {name} {time}",
    "closing.cleared.nobody": "Closed: over since {time}",
    "why.acknowledged": "it was acknowledged",
    "why.unanswered": "nobody acknowledged it, and every level was paged",
    "why.not_listening": "nobody acknowledged it, and a way back for answers was lost",
    "why.cleared": "the matter was over",
}
