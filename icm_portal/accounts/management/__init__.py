"""Commands about people and agencies."""
