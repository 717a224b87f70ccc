"""Session tokens in the form seen on the live service: readable in parts, and signed.

A token is the base64 of the gzip of `base64(JSON):1:base64(32 bytes)`.
"""

import base64
import gzip
import hashlib
import hmac
import json
import os
import uuid

from .faults import invalid
from .rules import SPENT_TEXTS

FOREIGN = "SyncSessionToken not valid for these inputs"
MISMATCH = "Mismatch between session identity id and request identity id"


class SessionTokens:
    """The tokens of all datasets: who may use one, until when, and which are spent."""

    def __init__(self, rules):
        self.rules, self.key, self.spent = rules, os.urandom(32), set()

    def mint(self, identity, name, now):
        members = {"sessionId": str(uuid.uuid4()), "expiration": now + self.rules.token_lifetime * 1000,
                   "identityId": identity, "datasetName": name}
        payload = base64.b64encode(json.dumps(members).encode())
        seal = base64.b64encode(self.signature(payload))
        return base64.b64encode(gzip.compress(payload + b":1:" + seal, mtime=0)).decode()

    def check(self, token, identity, name, now):
        """Returns the session id of a valid token; raises Fault for any other token. `now` is in milliseconds."""
        if not isinstance(token, str) or not token:
            raise invalid("1 validation error detected: Value null at 'syncSessionToken' failed to satisfy constraint: "
                          "Member must not be null")
        try:
            payload, _, seal = gzip.decompress(base64.b64decode(token, validate=True)).split(b":")
            if not hmac.compare_digest(base64.b64decode(seal), self.signature(payload)):
                raise ValueError("another key")
        except (ValueError, EOFError, OSError):
            raise invalid(FOREIGN) from None
        members = json.loads(base64.b64decode(payload))
        if members["identityId"] != identity:
            raise invalid(MISMATCH)
        if members["datasetName"] != name:
            raise invalid(FOREIGN)
        if now >= members["expiration"] or members["sessionId"] in self.spent:
            raise invalid(SPENT_TEXTS[self.rules.spent_text])
        return members["sessionId"]

    def spend(self, session):
        """Records a successful push. A conflict does not get here."""
        if self.rules.tokens == "once":
            self.spent.add(session)

    def signature(self, payload):
        return hmac.digest(self.key, payload, hashlib.sha256)
