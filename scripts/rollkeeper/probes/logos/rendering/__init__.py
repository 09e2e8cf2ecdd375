"""Drawing logos, in a limited child process."""
