"""Korean: a file is a catalogue; docs/korean.md keeps its words."""
