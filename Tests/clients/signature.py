"""The SigV4 signature of a received request, computed again with the signer of botocore.

The signer gets exactly what arrived: the request target byte for byte, and only the headers that SignedHeaders
names. botocore encodes the path once more itself, as the service requires. Anything that the gateway spells
differently from an AWS SDK therefore gives another signature.
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
    """Returns how the signature differs from that of botocore, or None if it does not.

    `headers` is the list of (name, value) as received.
    """
    values = {}
    for name, value in headers:
        if name.lower() in values:
            return f"the field '{name}' is there twice"
        values[name.lower()] = value
    match = AUTHORIZATION.fullmatch(values.get("authorization", ""))
    if not match:
        return "the field 'Authorization' is missing or malformed"
    key_id, day, signed_region, service, names, signature = match.groups()
    timestamp = values.get("x-amz-date", "")
    if (key_id, signed_region, service) != (credentials.access_key, region, SERVICE):
        return f"the scope is '{key_id}/{signed_region}/{service}'"
    if day != timestamp[:8]:
        return f"the day '{day}' of the scope differs from x-amz-date '{timestamp}'"
    if credentials.token != values.get("x-amz-security-token"):
        return "the session token differs from that of the credentials"
    age = datetime.now(timezone.utc) - datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    if abs(age) > timedelta(minutes=5):
        return f"x-amz-date '{timestamp}' is {age} old"
    names = names.split(";")
    unsigned = {n for n in values if n == "host" or n.startswith("x-amz-")} - set(names)
    if unsigned or names != sorted(names):
        return f"SignedHeaders {names} lacks {sorted(unsigned)} or is not sorted"
    missing = [name for name in names if name not in values]
    if missing:
        return f"SignedHeaders has fields that were not sent: {missing}"

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
        return f"the signature is '{signature}', but that of botocore is '{expected}' over\n{canonical}"
    return None
