"""Attributes of a drawing that are on no list: inert ones pass, all others are named.

A browser ignores an attribute that it does not know. What is refused is what some program acts on:
handlers, addresses, and directives of frameworks, where a page has the drawing within itself.
"""

from __future__ import annotations

import re

from rollkeeper.grammar.wording import quoted
from rollkeeper.probes.logos.svg.css import is_denied
from rollkeeper.probes.logos.svg.leftovers import is_layer_name
from rollkeeper.probes.logos.svg.names import (
    ATTRIBUTES,
    FOREIGN_NAMESPACES,
    OTHERWISE,
    XLINK,
    XML,
    is_editors,
)

ADDRESS = re.compile(r"//|\b(?:javascript|vbscript|data|file|blob):", re.IGNORECASE)
_ACTIVE_NAMES = """autofocus tabindex popover popovertarget popovertargetaction command commandfor
    interestfor contenteditable srcdoc is nonce slot part exportparts target download sandbox allow
    content http-equiv attributename"""
_ACTIVE = frozenset(_ACTIVE_NAMES.split())
"""Attributes, in small letters, by which a browser does something with any element."""
_DIRECTIVE = re.compile(r"(?:x|v|ng|hx|up|wire|data-(?:ng|hx|wire|action|bind))[-:]|_$")
"""The beginning of attributes that frameworks in a page act upon."""
_PLAIN_NAME = re.compile(r"[A-Za-z_][\w-]*+")
_NOT_PLAIN = re.compile(r"[<>(){}\[\]\\@&`$=]")

Refused = tuple[str, str]
"""A rule and its message."""


def refused(namespace: str, own: str, value: str) -> Refused | None:
    """Return why an attribute is refused; None where it is inert."""
    if own.startswith("data-"):
        hidden = ADDRESS.search(value)
        return _address(own) if hidden else None
    if own.startswith("aria-") or (namespace and is_editors(namespace)):
        return None
    if namespace in FOREIGN_NAMESPACES or not _is_inert(own, value):
        message = f"has the attribute {quoted(own)}, which a logo does not need; remove it"
        return OTHERWISE.rule, message
    return _address(own) if ADDRESS.search(value) else None


def is_superfluous(name: str) -> bool:
    """Return whether an attribute of a drawing, by expat's name for it, does nothing in a browser.

    Labels for people, and what drawing programs keep under names of their own, are not superfluous.
    """
    namespace, _, own = name.rpartition(" ")
    if name in ATTRIBUTES or own.startswith(("data-", "aria-")) or namespace in {XML, XLINK}:
        return False
    return not (namespace and is_editors(namespace))


def may_hold_brackets(own: str, value: str) -> bool:
    """Return whether `<` in a value is how a drawing program calls a part without a name."""
    return own in {"id", "data-name", "label"} and is_layer_name(value)


def _is_inert(own: str, value: str) -> bool:
    name = own.lower()
    return (
        _PLAIN_NAME.fullmatch(own) is not None
        and name not in _ACTIVE
        and not _DIRECTIVE.match(name)
        and not is_denied(name)
        and not _NOT_PLAIN.search(value)
    )


def _address(own: str) -> Refused:
    return "svg-hidden-text", f"has an address in {quoted(own)}, which no one sees; remove it"
