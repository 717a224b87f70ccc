"""A listing read from upstream to its last page, and the pages that a gateway may give of it."""

import json
import urllib.parse

from raw import Response

from .listing import encoded


class WholeListing:
    """All records of a dataset since a sync count, or the error that upstream gives."""

    def __init__(self, send, path, since, rules):
        self.rules, self.records, token, pages = rules, [], None, []
        while not pages or token:
            query = {"lastSyncCount": since, "nextToken": token}
            text = urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})
            pages.append(send("GET", f"{path}/records?{text}"))
            if pages[-1].status != 200:
                break
            self.records += pages[-1].json["Records"]
            token = pages[-1].json.get("NextToken")
        self.first = pages[0]

    @property
    def count(self):
        return self.first.json.get("DatasetSyncCount")

    def expected(self, mine, size, last=None):
        """Returns the response that equals `mine` if `mine` is a right page after the record `last`.

        A gateway may give more records than the page cap of upstream, never fewer, and never more than `size`. It may
        end with the last record where upstream gives one more token. Its Count may be that of the page. The order of
        records is no promise of upstream: a gateway may order them by key.
        """
        if self.first.status != 200 or mine.status != 200:
            return self.first
        pages = [self.page(mine.json, size, last, order) for order in dict.fromkeys([self.rules.order, "keys"])]
        page = next((page for page in pages if outline(page) == outline(mine.json)), pages[0])
        return Response(200, self.first.headers, json.dumps(page).encode())

    def page(self, given, size, last, order):
        """Returns the right page in an order that is closest to a given page."""
        rules, rest = self.rules, self.rest(order, last)
        least = min(len(rest), rules.page_cap if size is None else min(size, rules.page_cap_with_size))
        length = max(least, min(len(rest), size or len(rest), len(given["Records"])))
        page = {**self.first.json, "Records": rest[:length], "NextToken": None}
        has_spare_token = rules.token_after_full_page and least == length > 0 and given.get("NextToken")
        if len(rest) > length or has_spare_token:
            page["NextToken"] = "a token"
        if rules.count_of == "page" or given.get("Count") == length:
            page["Count"] = length
        return page

    def rest(self, order, last):
        """Returns the records after the last one of a page, in an order."""
        def position(record):
            key, count = record["Key"], record["SyncCount"]
            return encoded([key] if order == "keys" else [count, key])

        records = sorted(self.records, key=position)
        return [record for record in records if last is None or position(record) > position(last)]

    @staticmethod
    def last(mine, last):
        """Returns the last record of a page, or `last` if the page has none."""
        records = mine.json["Records"] if mine.status == 200 else []
        return records[-1] if records else last


def outline(page):
    """Returns the keys of a page in their order, and whether another page follows."""
    return [record["Key"] for record in page["Records"]], bool(page.get("NextToken"))
