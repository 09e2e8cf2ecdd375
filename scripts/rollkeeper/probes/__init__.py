"""Looking at the world: files, websites, accounts. A probe reports what it saw, never judges it."""
