"""The packet: from plain content and the toolkit to one tagged PDF. Knows no tables."""
