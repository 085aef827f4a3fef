"""Mail that comes back: acknowledgements, reports, bounces. Readers (bytes in, facts out), then what they change."""
