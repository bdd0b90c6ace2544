"""The recurring parts as template tags."""
