"""The values that everything else works with. No I/O, no clock."""
