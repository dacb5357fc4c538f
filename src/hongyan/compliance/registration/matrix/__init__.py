"""The matrix: every approved signature on every network under every number, also where nothing began."""
