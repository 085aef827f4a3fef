"""A fictional city that publishes feeds and pages on loopback; its clocks run in real time."""
