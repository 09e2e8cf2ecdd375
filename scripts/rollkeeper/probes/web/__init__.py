"""Visiting websites: resolving, dialling, reading the head of an answer, and when to do which."""
