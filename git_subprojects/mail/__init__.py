"""Series of patches as mail: written by git format-patch, sent by git send-email, and remembered."""
