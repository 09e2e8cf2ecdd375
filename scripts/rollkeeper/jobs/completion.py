"""What a shell needs to complete `rollkeeper`: written from the parser, so that it is never old."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from rollkeeper.model.rule import Catalogue

_RULE_OPTIONS = {"--select", "--ignore"}
_PLACES = {"DIR": "folder", "FILE": "file", "PATH": "file"}


@dataclass(frozen=True, slots=True)
class _Argument:
    """An option or a positional argument: its names, its help and what it takes.

    `place` is "file" or "folder" where it takes one, `words` are those it can be.
    """

    names: tuple[str, ...]
    help: str
    takes: bool
    words: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class _Command:
    name: str
    help: str
    arguments: tuple[_Argument, ...]

    @property
    def options(self) -> Iterator[_Argument]:
        return (each for each in self.arguments if each.names)

    @property
    def positional(self) -> _Argument | None:
        return next((each for each in self.arguments if not each.names), None)


def completion(shell: str, parser: argparse.ArgumentParser, rules: Catalogue) -> str:
    """Return the script for a shell; raise KeyError for one that is not known."""
    return _WRITERS[shell](tuple(_commands(parser, rules)))


def _commands(parser: argparse.ArgumentParser, rules: Catalogue) -> Iterator[_Command]:
    families = sorted({rule.family for rule in rules.values()})
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to ask for them
        if not isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            continue
        helps = {each.dest: each.help or "" for each in action._choices_actions}  # noqa: SLF001 - as above
        for name, command in action.choices.items():
            arguments = tuple(
                _argument(each, sorted(rules), families)
                for each in command._actions  # noqa: SLF001 - as above
                if each.help != argparse.SUPPRESS
            )
            yield _Command(name, helps.get(name, ""), arguments)


def _argument(action: argparse.Action, rules: list[str], families: list[str]) -> _Argument:
    words = tuple(map(str, action.choices or ()))
    if _RULE_OPTIONS.intersection(action.option_strings):
        words = (*families, *rules)
    elif action.metavar == "ID":
        words = tuple(rules)
    place = _PLACES.get(str(action.metavar), "")
    text = " ".join((action.help or "").split())
    return _Argument(tuple(action.option_strings), text, action.nargs != 0, words, place)


def _bash(commands: tuple[_Command, ...]) -> str:
    cases = []
    for command in commands:
        values = []
        for option in command.options:
            names = "|".join(option.names)
            if option.words:
                values.append(f"        {names}) _rollkeeper_words {' '.join(option.words)};;")
            elif option.takes:
                kind = {"folder": "-d", "file": "-f"}.get(option.place, "")
                values.append(f"        {names}) _rollkeeper_paths {kind or '-W'};;")
        names = " ".join(name for option in command.options for name in option.names)
        positional = command.positional
        if positional is not None and positional.words:
            names += f" {' '.join(positional.words)}"
        paths = bool(positional and positional.place)
        values.append(f"        *) _rollkeeper_words {names}")
        values.append(
            "           [[ $cur == -* ]] || _rollkeeper_paths -f;;" if paths else "           ;;"
        )
        lines = "\n".join(values)
        cases.append(f'    {command.name}) case "$prev" in\n{lines}\n      esac;;')
    names = " ".join(command.name for command in commands)
    return f"""\
# rollkeeper completion bash > ~/.local/share/bash-completion/completions/rollkeeper
_rollkeeper_words() {{ COMPREPLY+=($(compgen -W "$*" -- "$cur")); }}
_rollkeeper_paths() {{
  [[ $1 == -W ]] && return
  compopt -o filenames 2>/dev/null
  local IFS=$'\\n'
  COMPREPLY+=($(compgen "$1" -- "$cur"))
}}
_rollkeeper() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}}
  COMPREPLY=()
  if [[ $COMP_CWORD == 1 ]]; then
    _rollkeeper_words {names} --help --version
    return
  fi
  case "${{COMP_WORDS[1]}}" in
{chr(10).join(cases)}
  esac
}}
complete -F _rollkeeper rollkeeper
"""


def _zsh(commands: tuple[_Command, ...]) -> str:
    cases = []
    for command in commands:
        specs = []
        for option in command.options:
            text = _zsh_text(option.help)
            value = f":{_zsh_value(option)}" if option.takes else ""
            specs += [_shell_word(f"*{name}[{text}]{value}") for name in option.names]
        if command.positional is not None:
            specs.append(_shell_word(f"*:{_zsh_value(command.positional)}"))
        joined = " \\\n        ".join(specs)
        cases.append(f"    {command.name})\n      _arguments \\\n        {joined};;")
    described = "\n".join(
        f"      {_shell_word(f'{each.name}:{_zsh_text(each.help)}')}" for each in commands
    )
    return f"""\
#compdef rollkeeper
# rollkeeper completion zsh > a folder of your $fpath/_rollkeeper
_rollkeeper() {{
  if (( CURRENT == 2 )); then
    local -a commands=(
{described}
    )
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
{chr(10).join(cases)}
  esac
}}
if [[ $funcstack[1] == _rollkeeper ]]; then
  _rollkeeper "$@"
else
  compdef _rollkeeper rollkeeper
fi
"""


def _zsh_text(text: str) -> str:
    return "".join(f"\\{each}" if each in "[]:\\" else each for each in text)


def _zsh_value(argument: _Argument) -> str:
    action = {"folder": "_files -/", "file": "_files"}.get(argument.place, "")
    return f"value:({' '.join(argument.words)})" if argument.words else f"value:{action}"


def _fish(commands: tuple[_Command, ...]) -> str:
    lines = [
        "# rollkeeper completion fish > ~/.config/fish/completions/rollkeeper.fish",
        "complete -c rollkeeper -f",
    ]
    for command in commands:
        described = _shell_word(command.help)
        lines.append(
            f"complete -c rollkeeper -n __fish_use_subcommand -a {command.name} -d {described}"
        )
        where = f"complete -c rollkeeper -n '__fish_seen_subcommand_from {command.name}'"
        for option in command.options:
            names = " ".join(
                f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"
                for name in option.names
            )
            takes = f" {_fish_value(option)}" if option.takes else ""
            lines.append(f"{where} {names}{takes} -d {_shell_word(option.help)}")
        if command.positional is not None:
            lines.append(f"{where} {_fish_value(command.positional)}")
    return "\n".join(lines) + "\n"


def _fish_value(argument: _Argument) -> str:
    if argument.words:
        return (
            f"-x -a {_shell_word(' '.join(argument.words))}"
            if argument.names
            else (f"-a {_shell_word(' '.join(argument.words))}")
        )
    if argument.place:
        return "-r -F" if argument.names else "-F"
    return "-x" if argument.names else ""


def _shell_word(text: str) -> str:
    """Write a text in single quotes, as bash, zsh and fish read it alike."""
    return "'" + text.replace("'", "'\"'\"'") + "'"


_WRITERS: Mapping[str, Callable[[tuple[_Command, ...]], str]] = {
    "bash": _bash,
    "zsh": _zsh,
    "fish": _fish,
}
