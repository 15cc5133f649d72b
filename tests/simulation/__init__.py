"""Whole runs in virtual time under seeded faults: the real core, run loop, messages and ledger; a made-up outside."""
