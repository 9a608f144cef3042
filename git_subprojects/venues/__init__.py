"""Where and how projects take patches."""
