"""Questions to GitHub's API about accounts: in batches, halved where one fails, never repeated."""
