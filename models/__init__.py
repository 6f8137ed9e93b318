"""The shipped weights, one folder a model; data, no code."""
