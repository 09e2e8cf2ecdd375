"""Reports: text from values. `formats/` has one module for each format."""
