"""Programs, files and threads: what the operating system does for the rest."""
