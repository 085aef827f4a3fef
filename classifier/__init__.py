"""JUDGE: articles in, verdicts and events out."""
