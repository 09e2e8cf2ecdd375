"""A parser of arguments that names the mistake and what was probably meant."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import NoReturn

from rollkeeper.model.status import Status

_CHOICE = re.compile(r"(?:argument (\S+): )?invalid choice: '(.*)' \(choose from (.*)\)", re.DOTALL)


class Parser(argparse.ArgumentParser):
    """argparse's parser, with messages that say what was probably meant."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and where to read on, and leave with status 2."""
        from rollkeeper.grammar.escaping import terminal  # noqa: PLC0415 - start-up time

        choice = _CHOICE.fullmatch(message)
        if choice is not None:
            what, given, allowed = choice.groups()
            known = [each.strip().strip("'") for each in allowed.split(", ")]
            word = "command" if what == "COMMAND" else "value"
            prefix = "" if what in {None, "COMMAND"} else f"{what}: "
            message = prefix + unknown_word(word, given, known)
        self.exit(
            Status.WRONG_USE,
            f"{self.prog}: error: {terminal(message)}\nTry `{self.prog} --help`.\n",
        )

    def leave_unknown(self, arguments: Sequence[str]) -> NoReturn:
        """Report arguments that the command does not take, with the usage of that command."""
        option = next((each for each in arguments if each.startswith("-")), None)
        if option is None:
            self.error(f"too many arguments: {' '.join(arguments)}")
        known = [each for action in self._actions for each in action.option_strings]
        self.error(unknown_word("option", option.partition("=")[0], known))


def unknown_word(what: str, given: str, known: Sequence[str]) -> str:
    """Return a message that a word is not known, what was probably meant, and what there is."""
    from rollkeeper.grammar.wording import nearest, quoted  # noqa: PLC0415 - start-up time

    near = nearest(given, known)
    hint = f"; did you mean `{near}`?" if near else f"; there are {', '.join(known)}"
    return f"unknown {what} {quoted(given)}{hint}"
