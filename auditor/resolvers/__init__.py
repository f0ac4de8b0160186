"""Reference to asset, async. One file per scheme, named by it."""
