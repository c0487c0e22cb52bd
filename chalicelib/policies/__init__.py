"""The owner's files: read, checked, published as numbered versions, and built into `Policy`."""
