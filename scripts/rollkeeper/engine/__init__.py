"""One run: from a folder to a report."""
