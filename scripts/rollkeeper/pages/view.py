"""What a page is written from: the roster, the page's settings and language, the day, pictures."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from urllib.parse import quote

from rollkeeper.grammar.escaping import link_target
from rollkeeper.grammar.languages import fold, is_language, translation, wording
from rollkeeper.grammar.page_words import words_for
from rollkeeper.model.page import LogoImage, Page, PageLayout, Wording
from rollkeeper.model.roster import Entry, LocatedValue, Programme
from rollkeeper.model.tree import FieldPath, Map


@dataclass(frozen=True)
class PageView:
    """One page of a programme; `images` are the logos by the index of their entries."""

    programme: Programme
    page: Page
    today: date
    images: Mapping[int, LogoImage] = field(default_factory=dict)

    @property
    def layout(self) -> PageLayout:
        """How the page is laid out."""
        return self.page.layout

    @property
    def language(self) -> str:
        """The language of the page."""
        return self.page.language

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Rollkeeper's own words in that language."""
        return words_for(self.language, self.layout.words)

    @cached_property
    def languages(self) -> AbstractSet[str]:
        """The languages of all pages of the programme, as they are compared."""
        return {fold(page.language).partition("-")[0] for page in self.programme.policy.pages}

    def wording(self, texts: Wording, otherwise: str) -> str:
        """Return the policy's own text in the language of the page."""
        return wording(texts, self.language) or otherwise

    @property
    def title(self) -> str:
        """The title of the programme."""
        policy = self.programme.policy
        return self.wording(policy.titles, policy.title)

    def located(self, entry: Entry, path: FieldPath) -> Iterator[LocatedValue]:
        """Return the values at a path, in the language of the page where there is a translation.

        The field `description` is translated by `description_zh`, or by a mapping of languages.
        """
        beside = self._beside(entry, path)
        for where, value in beside or entry.located(path):
            if isinstance(value, Map) and self.is_by_language(value):
                own = translation(value, self.language)
                first = next(iter(value.values()))
                yield LocatedValue(where, first if own is None else own)
            else:
                yield LocatedValue(where, value)

    def _beside(self, entry: Entry, path: FieldPath) -> list[LocatedValue]:
        last = path[-1]
        if not isinstance(last, str):
            return []
        tag = fold(self.language).replace("-", "_")
        for suffix in dict.fromkeys((tag, tag.partition("_")[0])):
            found = list(entry.located((*path[:-1], f"{last}_{suffix}")))
            if found:
                return found
        return []

    def is_by_language(self, value: Map) -> bool:
        """Return whether a mapping has a text for each language: one of the pages', at least."""
        tags = [fold(key).partition("-")[0] for key in value if is_language(key)]
        return 0 < len(tags) == len(value) and not self.languages.isdisjoint(tags)

    def text(self, entry: Entry, role: str) -> str | None:
        """Return the first text of a role, in the language of the page."""
        for path in entry.roles.get(role, ()):
            for _, value in self.located(entry, path):
                if isinstance(value, str) and value.strip():
                    return value
        return None

    def name(self, entry: Entry) -> str:
        """Return the name of an entry, in the language of the page."""
        return self.text(entry, "name") or entry.name

    def source(self, file: str) -> str:
        """Return the address of a file of the community from the folder of the page."""
        return quote(posixpath.relpath(file, posixpath.dirname(self.page.path) or "."))

    def target(self, text: str) -> str:
        """Return where a link of the policy leads: a web address, or a file of the community."""
        address = link_target(text)
        if address is not None:
            return address
        path, _, fragment = text.partition("#")
        return self.source(path) + (f"#{quote(fragment)}" if fragment else "")
