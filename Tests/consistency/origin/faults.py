"""The errors of the API."""


class Fault(Exception):
    """An error response: its HTTP status, its name and its message."""

    def __init__(self, status, name, message):
        super().__init__(message)
        self.status, self.name, self.message = status, name, message


def invalid(message):
    return Fault(400, "InvalidParameterException", message)


def missing(what):
    return Fault(404, "ResourceNotFoundException", f"{what} does not exist")
