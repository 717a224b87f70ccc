"""The steps of a random history that depend on the rules of the upstream."""

from .whole_listing import WholeListing


class HistoryUnderRules:
    """A part of a random history in front of the Python upstream; `rules` decide what is valid."""

    control = "_control"

    @property
    def is_greater_count_stale(self):
        return self.rules.conflict == "inequality"

    def more_bypassing_steps(self):
        return [(self.recreate, 4)]

    def since(self, dataset):
        if dataset.past and self.random.random() < 0.15:
            return self.random.randint(1, dataset.past)
        return super().since(dataset)

    def whole(self, dataset, since):
        return WholeListing(self.upstream.send, dataset.path, since, self.rules)

    def page(self, dataset, since, size, cursors=(None, None)):
        """Reads a page from the gateway; returns it, its token and its last record."""
        return self.compare_page(dataset, self.whole(dataset, since), since, size, cursors)

    def compare_page(self, dataset, whole, since, size, cursors):
        query, headers = {"lastSyncCount": since, "maxResults": size}, self.headers(dataset)
        mine = self.gateway.send("GET", self.target(dataset, {**query, "nextToken": cursors[0]}), headers=headers)
        what = f"{'confirmed ' if headers else ''}page {query}{' after a cursor' if cursors[0] else ''}"
        self.compare(dataset, mine, whole.expected(mine, size, cursors[1]), what)
        self.record_page(dataset, mine)
        return mine, (mine.json.get("NextToken"), whole.last(mine, cursors[1]))

    def paginate(self, dataset):
        """Reads all pages, which have each record once whatever their order is."""
        since, size, cursors, keys = self.since(dataset), self.random.choice([1, 2, 3]), (None, None), []
        whole = self.whole(dataset, since)
        while cursors[0] or not keys:
            mine, cursors = self.compare_page(dataset, whole, since, size, cursors)
            keys += [record["Key"] for record in mine.json.get("Records", [])]
            if not cursors[0]:
                break
        if sorted(keys) != sorted(record["Key"] for record in whole.records):
            self.fail(f"a pagination of {self.name(dataset)} gave {keys}, upstream {whole.records}")

    def paginate_while_written(self, dataset):
        """Compares a pagination with the listing at its start, and a page at another count with its own moment."""
        if dataset.doubtful or len(dataset.counts) < 3:
            return
        since, size = self.random.choice([None, 0, dataset.count - 1]), self.random.choice([1, 2])
        whole = self.whole(dataset, since)
        _, cursors = self.compare_page(dataset, whole, since, size, (None, None))
        while cursors[0]:
            self.write(dataset)
            query = {"lastSyncCount": since, "maxResults": size, "nextToken": cursors[0]}
            mine = self.gateway.send("GET", self.target(dataset, query))
            is_snapshot = mine.status == 200 and mine.json["DatasetSyncCount"] == whole.count
            self.statuses["snapshot" if is_snapshot else "no snapshot"] += 1
            if not is_snapshot:
                whole = self.whole(dataset, since)
            if mine.status != 400:
                self.compare(dataset, mine, whole.expected(mine, size, cursors[1]), "page of a pagination with writes")
            if not is_snapshot:
                return
            cursors = mine.json.get("NextToken"), whole.last(mine, cursors[1])

    def direct(self, dataset, since, mine):
        return self.whole(dataset, since).expected(mine, None)

    def patches(self, dataset):
        """Draws patches. If a conflict needs a greater count of the record, some patches have a greater one."""
        for patch in super().patches(dataset):
            if self.rules.conflict == "greater" and self.random.random() < 0.2:
                patch["SyncCount"] += self.random.choice([1, 2, 40])
            yield patch

    def write(self, dataset):
        """Writes, now and then without a read after a write that bypassed the gateway; the dataset stays doubtful."""
        if dataset.doubtful and dataset.token and not dataset.is_token_used and self.random.random() < 0.5:
            self.valid_update(dataset)
        else:
            super().write(dataset)

    def recreate(self, dataset):
        """Deletes a dataset that the gateway has read, and writes it again, if possible up to the same sync count.

        The writes bypass the gateway, except that the last may go through it without a read before.
        """
        if not 0 < dataset.count <= 5 * self.rules.count_step:
            return
        self.page(dataset, None, None)
        goal, token = dataset.count, dataset.token
        self.bypassing_delete(dataset)
        through = self.random.random() < 0.5
        for _ in range(goal // self.rules.count_step - through):
            self.bypassing_write(dataset)
        if through and dataset.token == token:
            self.valid_update(dataset)
        self.page(dataset, self.random.choice([None, goal]), None)
