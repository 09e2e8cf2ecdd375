"""A community's own rules, in CEL."""
