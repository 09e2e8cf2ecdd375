"""What a text means, and how it is written safely. Pure."""
