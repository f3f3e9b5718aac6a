"""The readiness check: what is missing in a proposal, and what does not fit together.

One function for each rule, its number in its name. What a rule says, and how grave it is, is content:
`rules.yaml` of each version.
"""
