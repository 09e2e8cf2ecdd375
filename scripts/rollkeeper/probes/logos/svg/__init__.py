"""Reading SVG files."""
