"""Compiled twins of the functions that scoring spends its time in; see `compiled.py`. The package works without them, slower."""
