"""Revisions, patch files and mails → patches."""
