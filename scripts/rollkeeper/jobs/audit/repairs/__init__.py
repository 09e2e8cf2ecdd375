"""The one pull request with all edits that need no decision."""
