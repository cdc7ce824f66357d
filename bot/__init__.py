"""Cairn: goals, check-ins and feedback in Slack."""
