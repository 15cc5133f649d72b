"""One file a rule: its name is the file's, its source the last line of its docstring."""
