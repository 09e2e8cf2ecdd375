"""Pull requests: checked, reported, fixed."""
