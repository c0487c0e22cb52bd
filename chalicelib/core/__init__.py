"""The case logic: pure functions over frozen dataclasses, with no clock, network or randomness."""
