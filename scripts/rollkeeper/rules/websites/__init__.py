"""Rules about websites."""
