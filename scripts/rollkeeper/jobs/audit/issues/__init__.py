"""The tracking issue of each programme: what it says, and what becomes of it."""
