"""Where a command is run: the host, the sibling, the manifest in effect, and which projects are meant."""
