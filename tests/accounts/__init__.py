"""Tests of people, agencies and sign-in."""
