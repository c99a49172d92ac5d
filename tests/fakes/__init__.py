"""Fakes of the edges, complete and loud; the truth is the real wiki of tests/wiki."""
