"""Slips of people who write YAML by hand: recognised, named where they are, and read around."""

from rollkeeper.loading.slips.recovery import Recovery, recovered

__all__ = ["Recovery", "recovered"]
