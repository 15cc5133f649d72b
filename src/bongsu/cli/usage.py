"""What click finds wrong with a call, said as every other error is: small letters, no full stop, what to do next."""

from __future__ import annotations

import re

import click

from bongsu.errors import BongsuError, UsageError

WORD = re.compile(r"(?:^|(?<=: ))[A-Z](?=[a-z])")
"""The first letter of a sentence of click's, and of one behind the value that it is about."""
NUMBER = ("a valid integer range", "a valid integer")
"""What click calls a whole number."""


def of_click(error: click.UsageError) -> BongsuError:
    """Return the error as one of ours, with the nearest option or the words to choose from as its advice."""
    where = error.ctx.command_path if error.ctx else "bongsu"
    see = f"{where} --help shows what it takes"
    if isinstance(error, click.NoSuchOption):
        near = error.possibilities or ()
        return UsageError(f"no such option '{error.option_name}'", hint=f"did you mean '{near[0]}'?" if near else see)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        kind, name = error.param.param_type_name, error.param.get_error_hint(error.ctx).strip("'")
        choices = error.param.type.choices if isinstance(error.param.type, click.Choice) else ()
        text = f"the option '{name}' is missing" if kind == "option" else f"the argument '{name}' is missing"
        return UsageError(text, hint=f"choose one of {', '.join(map(str, choices))}" if choices else see)
    text = error.format_message().removesuffix(".")
    for words in NUMBER:
        text = text.replace(words, "a whole number")
    return UsageError(WORD.sub(lambda found: found[0].lower(), text), hint=see)
