"""The report value to text: one file per format, named as `--output-format` names it."""
