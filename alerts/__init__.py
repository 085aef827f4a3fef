"""TELL: due stages in, notices and digests out."""
