"""Series of patches on their way: written by git format-patch, sent by git send-email, and remembered."""
