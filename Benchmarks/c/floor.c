/* floor PORT BYTES: sends the same response to all that ends in an empty line.
 *
 * It costs little more than the sockets of the kernel: one thread, epoll, one read and one write per request. No server
 * that reads its requests can be cheaper.
 */
#include "socket.h"

/* The output of each connection: responses still owed, and the bytes written of the first. */
static struct { int owed; size_t written; bool waits; } connections[MOST_CONNECTIONS];
static char *response;
static size_t length;

static void prepare(size_t bytes) {
    response = malloc(bytes + 256);
    if (!response) fail("malloc");
    length = (size_t)sprintf(response,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
        "x-amzn-RequestId: b3d2e31e-d6b7-4612-8e84-c9ba288dab5d\r\n\r\n", bytes);
    memset(response + length, 'a', bytes);
    length += bytes;
}

static void wait_for_room(int poller, int descriptor, bool waits) {
    if (waits == connections[descriptor].waits) return;
    watch(poller, descriptor, waits ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
    connections[descriptor].waits = waits;
}

/* Writes the responses that are owed; returns false if the connection must be closed. */
static bool write_responses(int poller, int descriptor) {
    while (connections[descriptor].owed > 0) {
        size_t from = connections[descriptor].written;
        ssize_t count = write(descriptor, response + from, length - from);
        if (count < 0 && errno != EAGAIN) return false;
        if (count < 0 || from + (size_t)count < length) {
            connections[descriptor].written = from + (size_t)(count < 0 ? 0 : count);
            wait_for_room(poller, descriptor, true);
            return true;
        }
        connections[descriptor].owed--;
        connections[descriptor].written = 0;
    }
    wait_for_room(poller, descriptor, false);
    return true;
}

/* Counts the requests that have arrived; returns false if the caller has left. */
static bool count_requests(int descriptor) {
    static char buffer[65536];
    ssize_t count = read(descriptor, buffer, sizeof buffer);
    if (count <= 0) return count < 0 && errno == EAGAIN;
    char *end = buffer + count, *at = buffer;
    while ((at = memmem(at, (size_t)(end - at), "\r\n\r\n", 4))) {
        at += 4;
        connections[descriptor].owed++;
    }
    return true;
}

int main(int count, char **arguments) {
    if (count != 3) return 64;
    prepare((size_t)atol(arguments[2]));
    int listener = listen_on(arguments[1]), poller = epoll_create1(EPOLL_CLOEXEC);
    watch(poller, listener, EPOLLIN, EPOLL_CTL_ADD);
    for (;;) {
        struct epoll_event events[256];
        int ready = epoll_wait(poller, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            int descriptor = events[i].data.fd, caller;
            if (descriptor == listener) {
                while ((caller = accept_from(listener)) >= 0) {
                    memset(&connections[caller], 0, sizeof connections[caller]);
                    watch(poller, caller, EPOLLIN, EPOLL_CTL_ADD);
                }
                continue;
            }
            bool lives = !(events[i].events & ~(uint32_t)EPOLLOUT) || count_requests(descriptor);
            if (!lives || !write_responses(poller, descriptor)) close(descriptor);
        }
    }
}
