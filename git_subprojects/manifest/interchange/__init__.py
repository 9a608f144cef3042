"""The manifests of other programs: what they hold in common with this one's, read and written."""
