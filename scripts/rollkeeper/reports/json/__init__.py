"""Reports and verdicts as JSON, written and read back as untrusted input."""
