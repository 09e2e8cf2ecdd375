"""Thousands of sites on one machine, for benchmarks."""
