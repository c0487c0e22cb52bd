"""The laptop mode: the same Chalice app behind a threaded server, and the workers Lambda would be."""
