"""The callers of the tests, boto3 and the AWS CLI, and the helpers that compare their responses."""

import datetime
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import boto3
import botocore.exceptions
from botocore import UNSIGNED, xform_name
from botocore.config import Config

from processes import ENVIRONMENT
from upstream import CREDENTIALS, REGION

ONCE = {"total_max_attempts": 1, "mode": "standard"}


def identifiers():
    """Returns an identity pool and an identity that no other test uses."""
    return f"us-east-1:{uuid.uuid4()}", f"us-east-1:{uuid.uuid4()}"


def unsigned(address, retries=ONCE):
    """Returns a boto3 client as a caller of the gateway sets it up: unsigned, with one attempt.

    `retries=None` leaves the retries to boto3's default.
    """
    config = Config(signature_version=UNSIGNED, retries=retries)
    return boto3.client("cognito-sync", region_name=REGION, endpoint_url=f"http://{address}", config=config)


def signed(address, credentials=CREDENTIALS):
    """Returns a boto3 client that signs with the credentials, for direct requests to upstream."""
    return boto3.client(
        "cognito-sync", region_name=REGION, endpoint_url=f"http://{address}", config=Config(retries=ONCE),
        aws_access_key_id=credentials.access_key, aws_secret_access_key=credentials.secret_key,
        aws_session_token=credentials.token,
    )


class Boto:
    """A caller that performs operations by their API names through boto3, and returns an error as a value.

    `request_id` is that of the last response, as boto3 shows it.
    """

    def __init__(self, client):
        self.client, self.request_id = client, None

    def perform(self, operation, **parameters):
        try:
            response = getattr(self.client, xform_name(operation))(**parameters)
        except botocore.exceptions.ClientError as error:
            self.request_id = error.response["ResponseMetadata"].get("RequestId")
            return {"Error": error.response["Error"]["Code"], "Message": error.response["Error"]["Message"]}
        self.request_id = response.pop("ResponseMetadata").get("RequestId")
        return response

    def close(self):
        self.client.close()


class CommandLine:
    """A caller that runs the AWS CLI in its own process, without the configuration of the environment."""

    def __init__(self, address, scratch, attempts=1):
        self.address, self.scratch, self.attempts = address, Path(scratch), attempts
        self.program = str(Path(sys.executable).parent / "aws")

    def perform(self, operation, **parameters):
        given = self.scratch / "input.json"
        given.write_text(json.dumps(parameters))
        run = subprocess.run(
            [self.program, "--no-sign-request", "--endpoint-url", f"http://{self.address}", "--region", REGION,
             "--output", "json", "cognito-sync", xform_name(operation, "-"),
             "--cli-input-json", f"file://{given}", "--no-paginate"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
            env={**ENVIRONMENT, "AWS_MAX_ATTEMPTS": str(self.attempts), "AWS_CONFIG_FILE": os.devnull,
                 "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "HOME": str(self.scratch)},
        )
        if run.returncode == 0:
            return json.loads(run.stdout or "{}")
        # An error occurred (Name) when calling the Operation operation: message
        before, found, message = run.stderr.strip().partition(" operation: ")
        if not found:
            raise AssertionError(f"aws {operation}: {run.stderr}")
        return {"Error": before.partition("(")[2].partition(")")[0], "Message": message}


def comparable(value, name=""):
    """Returns a response in a comparable form.

    Dates become milliseconds. Each response has a new session token, so only its presence counts.
    """
    if isinstance(value, dict):
        return {k: comparable(v, k) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [comparable(v) for v in value]
    if isinstance(value, datetime.datetime):
        return round(value.timestamp() * 1000)
    if name.endswith(("Date", "Time")) and isinstance(value, (int, float)):
        return round(value * 1000)
    return "a token" if name == "SyncSessionToken" else value


CHOSEN = ("Date", "Time", "NextToken", "DeviceId")


def without_upstream_choices(value, name=""):
    """Returns the value without what each upstream chooses for itself: dates, tokens and device ids.

    The number of sessions is left out too: a read from the cache does not raise it.
    """
    if isinstance(value, dict):
        return {k: without_upstream_choices(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [without_upstream_choices(v) for v in value]
    return f"a {name}" if name.endswith(CHOSEN) or (name == "SyncSessionsCount" and value) else value
