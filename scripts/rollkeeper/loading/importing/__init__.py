"""Turn a Markdown table or list that a community already keeps into a roster.

Every line of the source is either placed in an entry or reported with the reason: nothing is lost
silently.
"""

from rollkeeper.loading.importing.account import ImportedSource, UnplacedText
from rollkeeper.loading.importing.conversion import ImportedRow, ImportResult, import_markdown

__all__ = ["ImportResult", "ImportedRow", "ImportedSource", "UnplacedText", "import_markdown"]
