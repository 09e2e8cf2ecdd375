"""What Rollkeeper does on GitHub: decided as a value, then carried out through PyGithub."""
