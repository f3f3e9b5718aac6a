"""Files that come in and go out: what they are, whether they carry a virus, and the one way out."""
