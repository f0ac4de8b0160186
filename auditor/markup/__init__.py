"""What dialects share, pure, and held to the standards' own test vectors."""
