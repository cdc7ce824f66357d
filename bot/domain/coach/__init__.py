"""The coach: hints beside the box in which somebody writes feedback."""
