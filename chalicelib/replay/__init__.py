"""What would have happened, and what would: events run through the core, and nothing kept or sent."""
