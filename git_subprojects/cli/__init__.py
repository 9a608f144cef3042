"""The machinery of command lines; it knows nothing of projects."""
