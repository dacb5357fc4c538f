"""Small pure things every room may use. Imports nothing of ours."""
