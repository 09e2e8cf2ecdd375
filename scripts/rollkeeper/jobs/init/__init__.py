"""`rollkeeper init`: from the lists that a repository has to policies, rosters and callers."""
