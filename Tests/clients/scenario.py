"""The scenario of all 17 operations: the life of a pool, an identity and a dataset."""

ROLE = "arn:aws:iam::123456789012:role/streams"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:sync"
APPLICATION = "arn:aws:sns:us-east-1:123456789012:app/GCM/syncgate"
DATE = 1424801824
OPERATIONS = {
    "BulkPublish", "DeleteDataset", "DescribeDataset", "DescribeIdentityPoolUsage", "DescribeIdentityUsage",
    "GetBulkPublishDetails", "GetCognitoEvents", "GetIdentityPoolConfiguration", "ListDatasets",
    "ListIdentityPoolUsage", "ListRecords", "RegisterDevice", "SetCognitoEvents",
    "SetIdentityPoolConfiguration", "SubscribeToDataset", "UnsubscribeFromDataset", "UpdateRecords",
}
READS = {name for name in OPERATIONS if name.startswith(("Describe", "List", "Get"))}


def steps_of(pool, identity):
    """Yields (operation, parameters) and receives each response: later steps use what earlier ones returned.

        steps = steps_of(pool, identity)
        step = next(steps)
        step = steps.send(response)
    """
    in_pool = {"IdentityPoolId": pool}
    owner = {**in_pool, "IdentityId": identity}
    dataset = {**owner, "DatasetName": "notes:2026.draft_1-a"}
    device = {**dataset, "DeviceId": "device:1 of+é"}

    # A dataset that does not exist yet, and its first two writes.
    yield "DescribeDataset", dataset
    page = yield "ListRecords", dataset
    first = [
        {"Op": "replace", "Key": "title", "Value": "plain", "SyncCount": 0, "DeviceLastModifiedDate": DATE},
        {"Op": "replace", "Key": "body", "Value": "two\nlines", "SyncCount": 0},
        {"Op": "replace", "Key": "gone", "Value": "soon", "SyncCount": 0},
    ]
    token = {"SyncSessionToken": page["SyncSessionToken"]}
    yield "UpdateRecords", {**dataset, **token, "DeviceId": "d1", "RecordPatches": first}
    page = yield "ListRecords", {**dataset, "LastSyncCount": 0}
    token = {"SyncSessionToken": page["SyncSessionToken"]}
    second = [{"Op": "remove", "Key": "gone", "SyncCount": 1, "DeviceLastModifiedDate": DATE}]
    yield "UpdateRecords", {**dataset, **token, "ClientContext": "e30=", "RecordPatches": second}

    # Reads with each kind of parameter.
    page = yield "ListRecords", {**dataset, "MaxResults": 2}
    yield "ListRecords", {**dataset, "MaxResults": 2, "NextToken": page["NextToken"]}
    yield "ListRecords", {**dataset, "LastSyncCount": 1, "MaxResults": 1024}
    yield "ListRecords", {**dataset, **token}
    yield "ListRecords", {**dataset, "LastSyncCount": 99}
    # The same again: from the cache, if there is one.
    yield "ListRecords", {**dataset, "LastSyncCount": 1, "MaxResults": 1024}

    # A conflict, and a write with an invalid token.
    yield "UpdateRecords", {**dataset, **token, "RecordPatches": first[:1]}
    yield "UpdateRecords", {**dataset, "SyncSessionToken": "bm93aGVyZQ==", "RecordPatches": first[:1]}

    yield "DescribeDataset", dataset
    yield "ListDatasets", owner
    yield "ListDatasets", {**owner, "MaxResults": 1}
    yield "DescribeIdentityUsage", owner
    yield "DescribeIdentityPoolUsage", in_pool
    yield "ListIdentityPoolUsage", {"MaxResults": 60}

    # Events and configuration of the pool.
    yield "GetCognitoEvents", in_pool
    yield "SetCognitoEvents", {**in_pool, "Events": {"SyncTrigger": FUNCTION}}
    yield "GetCognitoEvents", in_pool
    yield "GetIdentityPoolConfiguration", in_pool
    yield "SetIdentityPoolConfiguration", {
        **in_pool,
        "PushSync": {"ApplicationArns": [APPLICATION], "RoleArn": ROLE},
        "CognitoStreams": {"StreamName": "s", "RoleArn": ROLE, "StreamingStatus": "ENABLED"},
    }
    yield "GetIdentityPoolConfiguration", in_pool
    yield "GetBulkPublishDetails", in_pool
    yield "BulkPublish", in_pool
    yield "BulkPublish", in_pool

    # Devices: refused to developer credentials unless the upstream is set to allow them.
    registered = yield "RegisterDevice", {**owner, "Platform": "GCM", "Token": "t" * 20}
    device["DeviceId"] = registered.get("DeviceId", device["DeviceId"])
    yield "SubscribeToDataset", device
    yield "UnsubscribeFromDataset", device

    yield "DeleteDataset", dataset
    yield "DeleteDataset", dataset
    yield "ListRecords", dataset


def run_scenario(caller, pool, identity):
    """Runs the scenario through one caller and returns the list of (operation, parameters, response)."""
    steps, completed = steps_of(pool, identity), []
    step = next(steps)
    while True:
        operation, parameters = step
        response = caller.perform(operation, **parameters)
        completed.append((operation, parameters, response))
        try:
            step = steps.send(response)
        except StopIteration:
            return completed
