"""The servers that tests need, started by the tests themselves and gone when they end."""
