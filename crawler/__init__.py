"""FETCH: sources in, articles out."""
