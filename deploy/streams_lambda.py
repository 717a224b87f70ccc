"""An AWS Lambda function that tells syncgate what Cognito Streams says, so that `cache.fresh` can be long.

Let the identity pool publish to a Kinesis stream (Cognito Streams), and make this the stream's consumer: Python 3.9 or
later, nothing to install, handler `streams_lambda.handler`, in a VPC from which it reaches the admin listeners.

    SYNCGATE_ADMIN        http://10.0.0.5:9901 http://10.0.0.6:9901     every gateway: each has a cache of its own
    SYNCGATE_ADMIN_TOKEN  the text of the file that `admin.token_file` names

A gateway that does not take the batch fails it, and Lambda sends it again to all; what they know already they ignore.
Give the event source mapping a MaximumRecordAgeInSeconds of 60 or so: a gateway that is gone for good must not hold up
the others, and what it missed it finds out by itself after `cache.fresh`.
"""

import json
import os
import urllib.request

# No proxy: the listeners are on the inside.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
SECONDS = 5


def handler(event, context):
    body, failure = json.dumps(event).encode(), None
    fields = {"Content-Type": "application/json"}
    if token := os.environ.get("SYNCGATE_ADMIN_TOKEN"):
        fields["Authorization"] = f"Bearer {token}"
    for gateway in os.environ["SYNCGATE_ADMIN"].split():
        request = urllib.request.Request(f"{gateway.rstrip('/')}/streams", body, fields, method="POST")
        try:
            with OPENER.open(request, timeout=SECONDS) as answer:
                print(json.dumps({"gateway": gateway, **json.load(answer)}))
        except OSError as error:
            print(json.dumps({"gateway": gateway, "error": str(error)}))
            failure = error
    if failure:
        raise failure
