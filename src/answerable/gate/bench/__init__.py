"""Measure the gate against a bare native Kamailio relay (`make bench-gate`)."""
