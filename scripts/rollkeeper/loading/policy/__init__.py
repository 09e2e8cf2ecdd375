"""Policy files, and the presets that they extend."""
