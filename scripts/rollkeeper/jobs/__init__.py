"""What a person or a workflow starts."""
