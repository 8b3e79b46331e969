"""`answerable demo journey`: walk one new enterprise from choosing a number to its first call and its release.

Through the public entry points only: HTTP as a browser would, SIP as a carrier would. The one thing read beside them is the
SMS outbox, which stands for the applicant's phone.
"""

from answerable.cli.journey.walk import Step, walk

__all__ = ["Step", "walk"]
