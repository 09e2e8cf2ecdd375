"""Reading logo files."""
