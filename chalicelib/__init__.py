"""Hearback: nobody who writes to a small business is left without an answer."""
