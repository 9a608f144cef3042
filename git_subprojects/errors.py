"""What a user is told when something cannot be done."""

USAGE = 129
FATAL = 128
FAILED = 1


class Error(Exception):
    """An error to show to the user; never a bug.

    ``message`` says what was asked and what was found, ``hint`` what to try, ``code`` is the exit status.
    """

    def __init__(self, message: str, hint: str | None = None, code: int = FATAL) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code
