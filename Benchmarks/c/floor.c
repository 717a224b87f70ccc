/* floor PORT BYTES: the same answer to whatever ends in an empty line.
 *
 * What the kernel's sockets cost, and next to nothing else: one thread, epoll, one read and one write a request.
 * No server that reads what it is asked can be cheaper.
 */
#include "socket.h"

/* What is still to be written on a connection: answers not begun, and the place in the one that is. */
static struct { int owed; size_t written; bool waits; } connections[MOST_CONNECTIONS];
static char *answer;
static size_t length;

static void prepare(size_t bytes) {
    answer = malloc(bytes + 256);
    if (!answer) fail("malloc");
    length = (size_t)sprintf(answer,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
        "x-amzn-RequestId: b3d2e31e-d6b7-4612-8e84-c9ba288dab5d\r\n\r\n", bytes);
    memset(answer + length, 'a', bytes);
    length += bytes;
}

static void wait_for_room(int poller, int descriptor, bool waits) {
    if (waits == connections[descriptor].waits) return;
    watch(poller, descriptor, waits ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
    connections[descriptor].waits = waits;
}

/* Writes what is owed; false when the connection is of no more use. */
static bool settle(int poller, int descriptor) {
    while (connections[descriptor].owed > 0) {
        size_t from = connections[descriptor].written;
        ssize_t count = write(descriptor, answer + from, length - from);
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

/* Counts the requests that have arrived; false when the caller has gone. */
static bool listen_to(int descriptor) {
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
            bool lives = !(events[i].events & ~(uint32_t)EPOLLOUT) || listen_to(descriptor);
            if (!lives || !settle(poller, descriptor)) close(descriptor);
        }
    }
}
