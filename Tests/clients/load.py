"""A steady load of requests, with the count of those that failed."""

import http.client
import threading
import time


class Callers:
    """Callers on threads of their own, which run until it is left, and keep the failures."""

    def __init__(self, threads):
        self.failures, self.lock, self.ended = [], threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(i,), daemon=True) for i in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join(40)


class Load(Callers):
    """Sends `rate` requests a second over some connections, each to another target."""

    def __init__(self, address, target, rate=100, threads=4):
        super().__init__(threads)
        self.address, self.target, self.interval, self.sent = address, target, threads / rate, 0

    def run(self, number):
        connection = http.client.HTTPConnection(self.address, timeout=30)
        due, count = time.monotonic(), 0
        while not self.ended.wait(max(0, due - time.monotonic())):
            due, count = max(due + self.interval, time.monotonic() - 1), count + 1
            try:
                connection.request("GET", self.target(f"{number}-{count}"))
                response = connection.getresponse()
                body = response.read()
                fault = None if response.status == 200 else (response.status, body[:200])
            except (OSError, http.client.HTTPException) as error:
                fault = repr(error)
                connection.close()
            with self.lock:
                self.sent += 1
                if fault:
                    self.failures.append((time.strftime("%H:%M:%S"), fault))
        connection.close()
