"""Evidence: what really arrives, by signature, network and sender, and what it says of registrations."""
