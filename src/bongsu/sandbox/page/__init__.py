"""The page at which a person sits in front of the imitated world."""
