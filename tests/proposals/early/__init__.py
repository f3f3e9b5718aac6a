"""Sections of a draft that a state shares early with named reviewers."""
