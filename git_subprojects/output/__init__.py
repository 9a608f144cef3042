"""Answers → text and data. Pure: values in, strings out."""
