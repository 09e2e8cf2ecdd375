"""Every limit on the lists that `rollkeeper init` and `rollkeeper import` read."""

from __future__ import annotations

from rollkeeper.model.limits import MIB

MAX_IMPORT_LENGTH = 3 * MIB // 4
"""Characters of a Markdown text that is imported."""

MAX_IMPORTED_NAME = 100
"""Characters of a list's item that may still be a name."""

MAX_SEARCHED_FILES = 100_000
"""Files of a repository whose names are listed when lists are searched."""

MAX_SEARCH_DEPTH = 16
"""Folders within folders that are searched for lists."""

MAX_SOURCE_BYTES = 2 * MIB
"""Bytes of one file that is searched for a list."""

MAX_SEARCHED_BYTES = 64 * MIB
"""Bytes of all files that are searched for lists."""

SEARCH_SECONDS = 60.0
"""Seconds for which a repository is searched."""

MAX_FOUND_ENTRIES = 50_000
"""Entries of all lists that are found in a repository."""

MAX_SCRIPT_BYTES = MIB // 2
"""Bytes of one JavaScript or TypeScript file that is searched for a list."""

MAX_LISTED_NAME_WORDS = 7
"""Words of a name in a list that is not a link; more are a sentence."""

MAX_STAGED_BYTES = 64 * MIB
"""Bytes of one file that an interrupted `rollkeeper init` left to be completed."""

MAX_PROPOSED = 20
"""Programmes that `rollkeeper init` proposes at once."""

MAX_LIST_PAGE_BYTES = MIB // 8
"""Bytes of one Markdown page that is searched for lists."""
