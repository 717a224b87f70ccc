"""The data of the Python upstream: the 17 operations of Cognito Sync, as small as a round trip allows.

It was written from the API model alone, not from the Swift emulator, so that the two cannot share a mistake.
"""

import base64
import json
import time


class Fault(Exception):
    """An error of the API: its HTTP status, its name, and the message."""

    def __init__(self, status, name, message):
        super().__init__(message)
        self.status, self.name, self.message = status, name, message


class Dataset:
    def __init__(self):
        self.count, self.records = 0, {}
        self.created = self.modified = time.time()

    def describe(self, identity, name):
        stored = sum(len(k) + len(r.get("Value") or "") for k, r in self.records.items())
        return {
            "IdentityId": identity, "DatasetName": name, "CreationDate": self.created,
            "LastModifiedDate": self.modified, "LastModifiedBy": "123456789012",
            "DataStorage": stored, "NumRecords": len(self.records),
        }


class DatasetStore:
    def __init__(self, allow_devices=False):
        self.datasets, self.events, self.configurations = {}, {}, {}
        self.published, self.devices, self.started = {}, 0, time.time()
        self.allow_devices = allow_devices

    def perform(self, operation, labels, query, body):
        """Returns the members of the response, or None for an operation without an output."""
        return getattr(self, operation)(*labels, query=query, **({"body": body} if body is not None else {}))

    # Datasets and records

    def dataset(self, pool, identity, name):
        found = self.datasets.get((pool, identity, name))
        if found is None:
            raise Fault(404, "ResourceNotFoundException", f"Dataset {name} does not exist")
        return found

    def token(self, pool, identity, name):
        return base64.b64encode(json.dumps([pool, identity, name, "+/="]).encode()).decode()

    def ListRecords(self, pool, identity, name, query):
        dataset = self.datasets.get((pool, identity, name)) or Dataset()
        since = int(query.get("lastSyncCount", 0))
        if since > dataset.count:
            raise Fault(400, "InvalidParameterException", f"No such SyncCount: {since} exists for this Dataset")
        size, after = int(query.get("maxResults", 1024)), query.get("nextToken")
        last = base64.b64decode(after).decode() if after else ""
        changed = [r for k, r in sorted(dataset.records.items()) if r["SyncCount"] > since and k > last]
        more = base64.b64encode(changed[size - 1]["Key"].encode()).decode() if len(changed) > size else None
        return {
            "Records": changed[:size], "NextToken": more, "Count": len(changed[:size]),
            "DatasetSyncCount": dataset.count, "DatasetExists": dataset.count > 0,
            "DatasetDeletedAfterRequestedSyncCount": False, "MergedDatasetNames": None,
            "LastModifiedBy": "123456789012" if dataset.count else None,
            "SyncSessionToken": self.token(pool, identity, name),
        }

    def UpdateRecords(self, pool, identity, name, query, body):
        if body["SyncSessionToken"] != self.token(pool, identity, name):
            raise Fault(400, "InvalidParameterException", "SyncSessionToken not valid for these inputs")
        dataset = self.datasets.get((pool, identity, name)) or Dataset()
        patches = body.get("RecordPatches") or []
        for patch in patches:
            known = dataset.records.get(patch["Key"], {"SyncCount": 0})["SyncCount"]
            if patch["SyncCount"] != known:
                text = f"Current SyncCount for: {patch['Key']} is: {known} not: {patch['SyncCount']}"
                raise Fault(409, "ResourceConflictException", text)
        self.datasets[pool, identity, name] = dataset
        dataset.count += 1
        dataset.modified = time.time()
        changed = []
        for patch in patches:
            record = {
                "Key": patch["Key"], "SyncCount": dataset.count, "LastModifiedBy": "123456789012",
                "Value": patch.get("Value") if patch["Op"] == "replace" else None,
                "LastModifiedDate": dataset.modified, "DeviceLastModifiedDate": patch.get("DeviceLastModifiedDate"),
            }
            dataset.records[patch["Key"]] = record
            changed.append(record)
        return {"Records": changed}

    def DescribeDataset(self, pool, identity, name, query):
        return {"Dataset": self.dataset(pool, identity, name).describe(identity, name)}

    def DeleteDataset(self, pool, identity, name, query):
        deleted = self.dataset(pool, identity, name)
        del self.datasets[pool, identity, name]
        return {"Dataset": deleted.describe(identity, name)}

    def ListDatasets(self, pool, identity, query):
        names = sorted(n for p, i, n in self.datasets if (p, i) == (pool, identity))
        names = [n for n in names if n > query.get("nextToken", "")]
        size = int(query.get("maxResults", 64))
        return {
            "Datasets": [self.datasets[pool, identity, n].describe(identity, n) for n in names[:size]],
            "Count": len(names[:size]), "NextToken": names[size - 1] if len(names) > size else None,
        }

    # Usage

    def DescribeIdentityUsage(self, pool, identity, query):
        owned = [d for (p, i, _), d in self.datasets.items() if (p, i) == (pool, identity)]
        if not owned:
            raise Fault(404, "ResourceNotFoundException", f"Identity {identity} does not exist")
        return {"IdentityUsage": {
            "IdentityId": identity, "IdentityPoolId": pool,
            "LastModifiedDate": max(d.modified for d in owned),
            "DatasetCount": len(owned), "DataStorage": sum(d.describe("", "")["DataStorage"] for d in owned),
        }}

    def pool_usage(self, pool):
        identities = {i for p, i, _ in self.datasets if p == pool}
        return {"IdentityPoolId": pool, "SyncSessionsCount": None, "DataStorage": len(identities),
                "LastModifiedDate": self.started}

    def DescribeIdentityPoolUsage(self, pool, query):
        return {"IdentityPoolUsage": self.pool_usage(pool)}

    def ListIdentityPoolUsage(self, query):
        pools = sorted({p for p, _, _ in self.datasets} | set(self.events) | set(self.configurations))
        size = int(query.get("maxResults", 60))
        return {"IdentityPoolUsages": [self.pool_usage(p) for p in pools[:size]], "MaxResults": size,
                "Count": len(pools[:size]), "NextToken": None}

    # Events and configuration of the pool

    def SetCognitoEvents(self, pool, query, body):
        stored = self.events.setdefault(pool, {})
        for name, function in body["Events"].items():
            stored[name] = function

    def GetCognitoEvents(self, pool, query):
        return {"Events": self.events.get(pool, {})}

    def SetIdentityPoolConfiguration(self, pool, query, body):
        stored = self.configurations.setdefault(pool, {})
        stored.update({k: body[k] for k in ("PushSync", "CognitoStreams") if body.get(k) is not None})
        return {"IdentityPoolId": pool, **stored}

    def GetIdentityPoolConfiguration(self, pool, query):
        return {"IdentityPoolId": pool, **self.configurations.get(pool, {})}

    def BulkPublish(self, pool, query):
        if pool in self.published:
            raise Fault(400, "AlreadyStreamedException", "A bulk publish was done in the last 24 hours")
        self.published[pool] = time.time()
        return {"IdentityPoolId": pool}

    def GetBulkPublishDetails(self, pool, query):
        done = self.published.get(pool)
        return {"IdentityPoolId": pool, "BulkPublishStatus": "SUCCEEDED" if done else "NOT_STARTED",
                **({"BulkPublishStartTime": done, "BulkPublishCompleteTime": done} if done else {})}

    # Devices: only for credentials that Cognito Identity issued

    def device_operation(self):
        if not self.allow_devices:
            raise Fault(403, "NotAuthorizedException", "Developer credentials may not call this operation")

    def RegisterDevice(self, pool, identity, query, body):
        self.device_operation()
        self.devices += 1
        return {"DeviceId": f"device-{self.devices}"}

    def SubscribeToDataset(self, pool, identity, name, device, query):
        self.device_operation()
        return {}

    def UnsubscribeFromDataset(self, pool, identity, name, device, query):
        self.device_operation()
        return {}
