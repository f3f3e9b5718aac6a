"""What the toolkit asks: content, kinds of field, answers, progress and completeness. No tables."""
