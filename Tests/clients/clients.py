"""The real clients, and what it takes to compare their answers."""

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

from origin import CREDENTIALS, REGION
from processes import ENVIRONMENT

ONCE = {"total_max_attempts": 1, "mode": "standard"}


def identifiers():
    """A pool and an identity that no other test uses."""
    return f"us-east-1:{uuid.uuid4()}", f"us-east-1:{uuid.uuid4()}"


def unsigned(address):
    """boto3 as a service behind the gateway would set it up."""
    config = Config(signature_version=UNSIGNED, retries=ONCE)
    return boto3.client("cognito-sync", region_name=REGION, endpoint_url=f"http://{address}", config=config)


def signed(address, credentials=CREDENTIALS):
    """boto3 straight to the origin, with the credentials."""
    return boto3.client(
        "cognito-sync", region_name=REGION, endpoint_url=f"http://{address}", config=Config(retries=ONCE),
        aws_access_key_id=credentials.access_key, aws_secret_access_key=credentials.secret_key,
        aws_session_token=credentials.token,
    )


class Boto:
    """Calls an operation by its API name; an error comes back as a value, like an answer."""

    def __init__(self, client):
        self.client = client

    def call(self, operation, **parameters):
        try:
            answer = getattr(self.client, xform_name(operation))(**parameters)
        except botocore.exceptions.ClientError as error:
            return {"Error": error.response["Error"]["Code"], "Message": error.response["Error"]["Message"]}
        answer.pop("ResponseMetadata")
        return answer


class CommandLine:
    """The AWS CLI in its own process, with nothing of the environment's own configuration."""

    def __init__(self, address, scratch):
        self.address, self.scratch = address, Path(scratch)
        self.program = str(Path(sys.executable).parent / "aws")

    def call(self, operation, **parameters):
        given = self.scratch / "input.json"
        given.write_text(json.dumps(parameters))
        run = subprocess.run(
            [self.program, "--no-sign-request", "--endpoint-url", f"http://{self.address}", "--region", REGION,
             "--output", "json", "cognito-sync", xform_name(operation, "-"),
             "--cli-input-json", f"file://{given}", "--no-paginate"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
            env={**ENVIRONMENT, "AWS_MAX_ATTEMPTS": "1", "AWS_CONFIG_FILE": os.devnull,
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
    """An answer with dates as milliseconds and each session token, new at every call, as the fact that it is there."""
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


def same_story(value, name=""):
    """The same without what two origins choose for themselves (dates, tokens, device ids), and without the number of
    sessions, which a read from the cache does not raise."""
    if isinstance(value, dict):
        return {k: same_story(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [same_story(v) for v in value]
    return f"a {name}" if name.endswith(CHOSEN) or (name == "SyncSessionsCount" and value) else value
