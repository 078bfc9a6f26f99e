"""Writes the test vectors. It shares no code with the library: the keys are files, the tokens come from `cryptography`."""
