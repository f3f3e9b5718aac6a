"""Word files: read without trusting them, cut at their headings, matched to prompts, and written."""
