"""Reading PNG files."""
