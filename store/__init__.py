"""KEEP: tables, settings, questions and changes."""
