"""The nightly audit."""
