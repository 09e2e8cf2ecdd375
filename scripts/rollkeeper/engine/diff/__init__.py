"""What a change introduces."""
