"""Where things are in a checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The top of this repository."""

SHARED = ROOT.parent / "shared" / "reference"
"""Corpora beside the checkout; they may be missing."""
