"""Recomputes the SigV4 signature of a received request with botocore's own signer.

The signer is fed exactly what arrived: the request target byte for byte (botocore encodes the path once more
itself, as this service wants it) and only the headers that the request says it signed. So whatever the gateway
spells differently from an AWS SDK shows up as another signature.
"""

import re
from datetime import datetime, timedelta, timezone

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, "
    r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})"
)
SERVICE = "cognito-sync"


def fault(method, target, headers, body, credentials: Credentials, region) -> str | None:
    """Why the request is not signed as botocore would sign it; None when it is.

    `headers` is the list of (name, value) as received.
    """
    values = {}
    for name, value in headers:
        if name.lower() in values:
            return f"the field {name} came twice"
        values[name.lower()] = value
    match = AUTHORIZATION.fullmatch(values.get("authorization", ""))
    if not match:
        return "no well-formed Authorization"
    key_id, day, signed_region, service, names, signature = match.groups()
    timestamp = values.get("x-amz-date", "")
    if (key_id, signed_region, service) != (credentials.access_key, region, SERVICE):
        return f"the scope is {key_id}/{signed_region}/{service}"
    if day != timestamp[:8]:
        return f"the scope's day {day} is not that of x-amz-date {timestamp}"
    if credentials.token != values.get("x-amz-security-token"):
        return "another session token than the credentials have"
    age = datetime.now(timezone.utc) - datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    if abs(age) > timedelta(minutes=5):
        return f"signed at {timestamp}, which is {age} ago"
    names = names.split(";")
    unsigned = {n for n in values if n == "host" or n.startswith("x-amz-")} - set(names)
    if unsigned or names != sorted(names):
        return f"SignedHeaders lacks {sorted(unsigned)} or is not sorted: {names}"
    missing = [name for name in names if name not in values]
    if missing:
        return f"signed but not sent: {missing}"

    request = AWSRequest(
        method=method,
        url="http://" + values["host"] + target,
        data=body,
        headers={name: values[name] for name in names},
    )
    request.context["timestamp"] = timestamp
    signer = SigV4Auth(credentials, SERVICE, region)
    canonical = signer.canonical_request(request)
    expected = signer.signature(signer.string_to_sign(request, canonical), request)
    if expected != signature:
        return f"signature {signature}, but botocore's is {expected} over\n{canonical}"
    return None
