"""`synchronize()` of amazon-cognito-js as a script: its flow, and its requests as the JavaScript SDK 2 sends them.

Written from the published source of the sync manager, which needs a browser to run. What the callers for Android do
differently on the wire is an option.
"""

import base64
import json
import time
import urllib.parse

from raw import send

RETRIES = 3


class Failure(Exception):
    """An error of a request, named as the SDK names it: the header up to its colon, else `__type`."""

    def __init__(self, response):
        members = json.loads(response.body or b"{}")
        kind = members.get("__type") or response.headers.get("x-amzn-errortype", "").partition(":")[0]
        super().__init__(f"{response.status} {kind}: {members.get('message')}")
        self.name = kind.rpartition("#")[2]


class RemoteStorage:
    """The requests of `CognitoSyncRemoteStorage.js`."""

    def __init__(self, address, pool, identity, device=None):
        self.address, self.pool, self.identity, self.device = address, pool, identity, device

    def request(self, method, path, query=None, body=None):
        parts = ["identitypools", self.pool, "identities", self.identity, "datasets", *path]
        target = "/" + "/".join(urllib.parse.quote(part, safe="~") for part in parts)
        if query:
            target += "?" + "&".join(f"{name}={urllib.parse.quote(str(query[name]), safe='~')}" for name in sorted(query))
        headers = {"X-Amz-User-Agent": "aws-sdk-js/2.1024.0 callback", "User-Agent": "Mozilla/5.0", "Accept": "*/*"}
        if method != "DELETE":
            headers["Content-Type"] = "application/json"
        if method == "POST" and self.device:
            headers["x-amz-Client-Context"] = base64.b64encode(b'{"client":{"app_title":"app"}}').decode()
        response = send(self.address, method, target, json.dumps(body) if body is not None else None, headers)
        if response.status >= 300:
            raise Failure(response)
        return response.json

    def list_datasets(self):
        found, token = [], None
        while True:
            page = self.request("GET", [], {"maxResults": 64, **({"nextToken": token} if token else {})})
            found += page["Datasets"]
            if not (token := page.get("NextToken")):
                return found

    def list_updates(self, dataset, since):
        """Returns the last page with the records of all pages."""
        records, token = [], None
        while True:
            query = {"lastSyncCount": since, "maxResults": 1024, **({"nextToken": token} if token else {})}
            page = self.request("GET", [dataset, "records"], query)
            records += page["Records"]
            if not (token := page.get("NextToken")):
                return {**page, "Records": records}

    def put_records(self, dataset, records, token):
        patches = [
            {
                "Op": "replace" if record["Value"] is not None else "remove", "Key": key, "SyncCount": record["SyncCount"],
                "DeviceLastModifiedDate": record["Date"], **({"Value": record["Value"]} if record["Value"] is not None else {}),
            }
            for key, record in records.items()
        ]
        device = {"DeviceId": self.device} if self.device else {}
        body = {"RecordPatches": patches, "SyncSessionToken": token, **device}
        return self.request("POST", [dataset], body=body)["Records"]

    def delete_dataset(self, dataset):
        self.request("DELETE", [dataset])


class SyncDataset:
    """A local dataset, and the flow of `CognitoSyncDataset.js`.

    `on_conflict(key, local, remote)` returns the value to go on with. `on_merged(names)` and `on_deleted()` return
    whether to go on. `before_push` is for others, who are faster.
    """

    def __init__(self, remote, name, on_conflict=None, on_merged=None, on_deleted=None, before_push=None):
        self.remote, self.name, self.records, self.count = remote, name, {}, 0
        self.on_conflict = on_conflict or (lambda key, local, remote: remote)
        self.on_merged, self.on_deleted = on_merged or (lambda names: False), on_deleted or (lambda: True)
        self.before_push, self.pulls = before_push or (lambda: None), 0

    def put(self, key, value):
        known = self.records.get(key, {"SyncCount": 0})["SyncCount"]
        self.records[key] = {"Value": value, "SyncCount": known, "Date": round(time.time(), 3), "Modified": True}

    def remove(self, key):
        self.put(key, None)

    def delete(self):
        self.records, self.count = {}, -1

    @property
    def values(self):
        return {key: record["Value"] for key, record in self.records.items() if record["Value"] is not None}

    def synchronize(self, retries=RETRIES):
        """Returns whether it succeeded."""
        if retries < 0:
            return False
        if self.count == -1:
            self.remote.delete_dataset(self.name)
            self.count = 0
            return True
        page = self.remote.list_updates(self.name, self.count)
        self.pulls += 1
        if page.get("MergedDatasetNames"):
            return self.on_merged(page["MergedDatasetNames"]) and self.synchronize(retries - 1)
        if page["DatasetDeletedAfterRequestedSyncCount"] or (self.count and not page["DatasetExists"]):
            if not self.on_deleted():
                return False
            self.records, self.count = {}, 0
            return self.synchronize(retries - 1)
        if page["Records"]:
            self.pull(page)
            return self.synchronize(retries - 1)
        changed = {key: record for key, record in self.records.items() if record["Modified"]}
        if not changed:
            return True
        self.before_push()
        try:
            stored = self.remote.put_records(self.name, changed, page["SyncSessionToken"])
        except Failure as failure:
            if failure.name in ("ResourceConflict", "ResourceConflictException"):
                return self.synchronize(retries - 1)
            raise
        self.store(stored)
        self.count = max(record["SyncCount"] for record in stored)
        return True

    def pull(self, page):
        for remote in page["Records"]:
            local = self.records.get(remote["Key"])
            mine = local and local["Modified"] and local["Value"] != remote.get("Value")
            value = self.on_conflict(remote["Key"], local["Value"], remote.get("Value")) if mine else None
            self.store([remote])
            if mine and value != remote.get("Value"):
                self.put(remote["Key"], value)
        self.count = page["DatasetSyncCount"]

    def store(self, records):
        for record in records:
            self.records[record["Key"]] = {
                "Value": record.get("Value"), "SyncCount": record["SyncCount"],
                "Date": record.get("DeviceLastModifiedDate"), "Modified": False,
            }
