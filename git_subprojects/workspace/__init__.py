"""The host, the siblings beside it, and how a sibling comes to be."""
