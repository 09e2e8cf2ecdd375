"""A folder read into programmes."""
