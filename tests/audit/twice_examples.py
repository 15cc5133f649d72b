"""Examples of the rules about one thing that a log tells in two ways."""

from __future__ import annotations

TWICE: dict[str, tuple[str, str]] = {
    "two_names": (
        "Function: invoices-v2\nLogs in /aws/lambda/invoices\n",
        "Function: invoices-v2\nLogs in /aws/lambda/invoices-v2\n",
    ),
    "two_numbers": (
        "Change KUB-512, approved.\n\nnodes drained\n\nKUB-521 closed.\n",
        "Change KUB-512, approved.\n\nnodes drained\n\nKUB-512 closed, KUB-530 opened.\n",
    ),
    "two_telephones": (
        "Ida Holm 010-0000-1234\n\nrung\n\nIda Holm answered on 010-0000-7788\n",
        "Ida Holm 010-0000-1234\n\nrung\n\nIda Holm answered on her private 010-0000-7788\n",
    ),
    "two_versions": (
        "shop-api 6.14.2 is to be rolled out\n\nimage 6.14.2 pulled\n\nSigned off: 6.14.3 accepted\n",
        "shop-api 6.14.2 is to be rolled out\n\nimage 6.14.2 pulled\n\nnext week 6.14.3\n",
    ),
}
