"""What the audit does about terms: reminders before they end, and moves to the alumni after."""
