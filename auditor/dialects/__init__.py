"""Document to article, pure. One file per syntax, named as `--dialect` names it."""
