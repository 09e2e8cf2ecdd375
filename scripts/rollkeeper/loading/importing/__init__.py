"""A Markdown table or list that a community already keeps, turned into a roster.

Every line of the source is either placed in an entry or reported with the reason: nothing is lost
without a word.
"""

from rollkeeper.loading.importing.conversion import (
    ImportedSource,
    ImportResult,
    UnplacedText,
    import_markdown,
)

__all__ = ["ImportedSource", "ImportResult", "UnplacedText", "import_markdown"]
