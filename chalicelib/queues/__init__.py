"""How work waits: one contract, kept by SQS and by a table in the local SQLite file."""
