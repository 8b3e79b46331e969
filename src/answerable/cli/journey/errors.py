"""What can go wrong on the walk."""


class StepFailed(Exception):
    """A step did not hold; the message is its evidence."""

    code = "STEP_FAILED"
