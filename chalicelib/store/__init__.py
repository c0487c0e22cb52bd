"""Where cases live: one contract, kept by DynamoDB and by SQLite."""
