"""Rollkeeper keeps an open-source community's rosters true."""

__version__ = "0.1.0"
