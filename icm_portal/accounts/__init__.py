"""People, agencies and what they may do: who is asking."""
