"""Where documents come from: async iterators of `Document`. One file per kind of source."""
