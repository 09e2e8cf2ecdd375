"""Rollkeeper keeps an open-source community's rolls true."""

__version__ = "0.1.0"
