"""The values that everything else speaks of. No I/O, no clock."""
