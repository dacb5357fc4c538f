"""The main job, seen with one's eyes: a tenant's way from nothing to a delivered message, through the official SDK."""
