"""An AWS Lambda function that posts the events of Cognito Streams to syncgate, so that `cache.fresh` can be long.

Let the identity pool publish to a Kinesis stream (Cognito Streams), and make this function its consumer: Python 3.9 or
later, nothing to install, handler `streams_lambda.handler`, in a VPC from which it reaches the admin listeners.

    SYNCGATE_ADMIN          http://10.0.0.5:9901 http://10.0.0.6:9901     every gateway: each has its own cache
    SYNCGATE_STREAMS_TOKEN  the text of the file in `admin.streams_token_file`: it can send events and nothing else

Without the token, or the admin token in SYNCGATE_ADMIN_TOKEN, every gateway refuses the events.

If a gateway does not accept the batch, the function fails, and Lambda sends the batch again to all gateways. They
ignore the changes that they know. Give the event source mapping a MaximumRecordAgeInSeconds of about 60, so that a
gateway that is gone for good does not delay the others. Without the feed, a gateway sees a change after `cache.fresh`.
"""

import json
import os
import urllib.request

# No proxy: the listeners are on the internal network.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
# Seconds that one gateway may take.
SECONDS = 5


def handler(event, context):
    """Posts a batch to every gateway; raises the last error, after all have been tried."""
    body, failure = json.dumps(event).encode(), None
    fields = {"Content-Type": "application/json"}
    if token := os.environ.get("SYNCGATE_STREAMS_TOKEN") or os.environ.get("SYNCGATE_ADMIN_TOKEN"):
        fields["Authorization"] = f"Bearer {token}"
    for gateway in os.environ["SYNCGATE_ADMIN"].split():
        request = urllib.request.Request(f"{gateway.rstrip('/')}/streams", body, fields, method="POST")
        try:
            with OPENER.open(request, timeout=SECONDS) as response:
                print(json.dumps({"gateway": gateway, **json.load(response)}))
        except OSError as error:
            print(json.dumps({"gateway": gateway, "error": str(error)}))
            failure = error
    if failure:
        raise failure
