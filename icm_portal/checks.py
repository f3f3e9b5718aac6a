"""System checks for a deployment: `manage.py check --deploy` says what is missing."""
