"""Sends patches: written by git format-patch, sent by git send-email, and recorded in refs."""
