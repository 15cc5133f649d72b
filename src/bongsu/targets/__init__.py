"""Targets: what can be enabled, disabled and read back. The folder is the registry."""
