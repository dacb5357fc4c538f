"""How each carrier protocol looks to a link: one small adapter over each room of `protocols`."""
