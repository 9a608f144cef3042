"""Files in a project's tree that say who gets its patches."""
