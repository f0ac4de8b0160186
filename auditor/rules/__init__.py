"""One file per rule, named by its code in lower case: an audit in, hits out."""
