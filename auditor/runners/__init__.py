"""The same stages over shards: here, in processes of this machine; one runner per file."""
