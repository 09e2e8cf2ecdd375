"""Rules about logos."""
