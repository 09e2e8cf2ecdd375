"""Find the lists that a repository already keeps, whatever their format; nothing is executed."""

from rollkeeper.loading.discovery.lists import FoundEntry, FoundList, NotUnderstood
from rollkeeper.loading.discovery.repository import Discovery, discover

__all__ = ["Discovery", "FoundEntry", "FoundList", "NotUnderstood", "discover"]
