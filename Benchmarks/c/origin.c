/* origin PORT: answers ListRecords as Cognito Sync would, in the size and after the time that the dataset's name says.
 *
 *     GET /identitypools/P/identities/I/datasets/2048B-30ms-anything/records    a page of 2048 bytes after 30 ms
 *     GET /calls                                                                how many pages were asked for
 *
 * One thread, epoll, and a timerfd for the delays. Signatures are not checked, heads of requests are not read any
 * further than the target, and a request is taken to have no body. The pages say `max-age=600`, which caches that
 * know nothing of the API need to hear.
 */
#include "socket.h"
#include <sys/timerfd.h>
#include <time.h>

enum { HEAD = 16384, MOST_SIZES = 64 };

struct page { size_t bytes, length; char *answer; };

/* A connection answers one request at a time: what came after it waits in `head`. */
struct connection {
    char head[HEAD];
    size_t filled;
    const char *answer; /* being written, or NULL */
    size_t length, written;
    char small[128]; /* an answer that is not a page */
    bool delayed, waits; /* waits: for room to write in */
    uint64_t due;
    const struct page *page; /* what a delayed answer will be */
    int earlier, later; /* the neighbours in the queue of the delayed, by their descriptors; -1 at its ends */
};

static struct connection *connections[MOST_CONNECTIONS];
static struct page pages[MOST_SIZES];
static int poller, timer, first = -1, last = -1;
static unsigned long calls;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* A body of exactly so many bytes, as full of records of half a KiB as it can be; no less than an empty page has. */
static size_t write_body(char *body, size_t bytes) {
    static const char token[] = "H4sIAAAAAAAA/2NgYGBgZGBmYGVgZ2BkYGFgY2BmYGdgY+BgYORg4GRg4mJg4mFg4mVg4uNg4ORgYA==";
    size_t records = bytes / 512, each = 0;
    size_t used = (size_t)sprintf(body,
        "{\"Count\":%zu,\"DatasetDeletedAfterRequestedSyncCount\":false,\"DatasetExists\":true,"
        "\"DatasetSyncCount\":%zu,\"MergedDatasetNames\":[],\"Records\":[", records, records + 1);
    static const char middle[] = "],\"SyncSessionToken\":\"";
    size_t room = bytes > used + strlen(middle) + 2 ? bytes - used - strlen(middle) - 2 : 0;
    size_t tail = records ? (room > strlen(token) ? strlen(token) : room) : room;
    room -= records ? tail : 0;
    for (size_t i = 0; i < records; i++) {
        each = room / (records - i);
        size_t start = used;
        used += (size_t)sprintf(body + used,
            "%s{\"DeviceLastModifiedDate\":1.4E9,\"Key\":\"key%05zu\",\"LastModifiedBy\":\"123456789012\","
            "\"LastModifiedDate\":1.4E9,\"SyncCount\":%zu,\"Value\":\"", i ? "," : "", i, i + 1);
        while (used - start + 2 < each) body[used++] = 'v';
        used += (size_t)sprintf(body + used, "\"}");
        room -= used - start;
    }
    used += (size_t)sprintf(body + used, "%s", middle);
    for (size_t i = 0; i < tail; i++) body[used++] = i < strlen(token) ? token[i] : 'A';
    used += (size_t)sprintf(body + used, "\"}");
    return used;
}

static const struct page *page_of(size_t bytes) {
    struct page *page = pages;
    while (page->answer && page->bytes != bytes) page++;
    if (page->answer || page == pages + MOST_SIZES - 1) return page->answer ? page : pages;
    char *body = malloc(bytes + 1024);
    page->answer = malloc(bytes + 2048);
    if (!body || !page->answer) fail("malloc");
    size_t length = write_body(body, bytes);
    int head = sprintf(page->answer,
        "HTTP/1.1 200 OK\r\nx-amzn-RequestId: b3d2e31e-d6b7-4612-8e84-c9ba288dab5d\r\nContent-Type: application/json\r\n"
        "Content-Length: %zu\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nCache-Control: max-age=600\r\n\r\n", length);
    memcpy(page->answer + head, body, length);
    free(body);
    page->bytes = bytes;
    page->length = (size_t)head + length;
    return page;
}

static void leave_queue(int descriptor) {
    struct connection *it = connections[descriptor];
    if (it->earlier >= 0) connections[it->earlier]->later = it->later; else first = it->later;
    if (it->later >= 0) connections[it->later]->earlier = it->earlier; else last = it->earlier;
    it->delayed = false;
}

/* Equal delays, the usual case, find their place at the end at once. */
static void enter_queue(int descriptor, uint64_t due) {
    struct connection *it = connections[descriptor];
    int before = last;
    while (before >= 0 && connections[before]->due > due) before = connections[before]->earlier;
    it->delayed = true;
    it->due = due;
    it->earlier = before;
    it->later = before >= 0 ? connections[before]->later : first;
    if (it->earlier >= 0) connections[it->earlier]->later = descriptor; else first = descriptor;
    if (it->later >= 0) connections[it->later]->earlier = descriptor; else last = descriptor;
}

static void set_timer(void) {
    struct itimerspec time = {0};
    if (first >= 0) {
        time.it_value.tv_sec = (time_t)(connections[first]->due / 1000000000u);
        time.it_value.tv_nsec = (long)(connections[first]->due % 1000000000u);
    }
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &time, NULL);
}

static void forget(int descriptor) {
    if (connections[descriptor]->delayed) leave_queue(descriptor);
    free(connections[descriptor]);
    connections[descriptor] = NULL;
    close(descriptor);
}

static void answer_with(struct connection *it, const char *answer, size_t length) {
    it->answer = answer;
    it->length = length;
    it->written = 0;
}

/* Begins the answer to one whole head. */
static void begin(int descriptor, const char *head) {
    struct connection *it = connections[descriptor];
    const char *dataset = strstr(head, "/datasets/"), *line = strstr(head, "\r\n");
    size_t bytes;
    unsigned milliseconds;
    if (!strncmp(head, "GET /calls ", 11)) {
        char digits[24];
        int count = sprintf(digits, "%lu\n", calls);
        int length = sprintf(it->small, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", count, digits);
        answer_with(it, it->small, (size_t)length);
    } else if (!strncmp(head, "GET ", 4) && dataset && dataset < line
        && sscanf(dataset, "/datasets/%zuB-%ums", &bytes, &milliseconds) == 2 && bytes <= 8u << 20) {
        const struct page *page = page_of(bytes);
        calls++;
        if (!milliseconds) {
            answer_with(it, page->answer, page->length);
            return;
        }
        it->page = page;
        enter_queue(descriptor, now() + milliseconds * 1000000ull);
        if (first == descriptor) set_timer();
    } else {
        static const char unknown[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        answer_with(it, unknown, strlen(unknown));
    }
}

static void wait_for_room(int descriptor, bool waits) {
    if (waits == connections[descriptor]->waits) return;
    watch(poller, descriptor, waits ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
    connections[descriptor]->waits = waits;
}

/* Answers as far as the connection allows; false when it is of no more use. */
static bool serve(int descriptor) {
    struct connection *it = connections[descriptor];
    for (;;) {
        if (it->answer) {
            ssize_t count = write(descriptor, it->answer + it->written, it->length - it->written);
            if (count < 0 && errno != EAGAIN) return false;
            if (count > 0) it->written += (size_t)count;
            if (it->written < it->length) {
                wait_for_room(descriptor, true);
                return true;
            }
            it->answer = NULL;
            it->written = 0;
        }
        it->head[it->filled] = 0;
        char *end = it->delayed ? NULL : strstr(it->head, "\r\n\r\n");
        if (!end) break;
        begin(descriptor, it->head);
        size_t used = (size_t)(end + 4 - it->head);
        it->filled -= used;
        memmove(it->head, end + 4, it->filled);
    }
    wait_for_room(descriptor, false);
    return true;
}

/* Takes what has arrived; false when the caller has gone, or sent a head that is too long. */
static bool listen_to(int descriptor) {
    struct connection *it = connections[descriptor];
    if (it->filled >= HEAD - 1) return false;
    ssize_t count = read(descriptor, it->head + it->filled, HEAD - 1 - it->filled);
    if (count <= 0) return count < 0 && errno == EAGAIN;
    it->filled += (size_t)count;
    return true;
}

static void answer_the_due(void) {
    uint64_t expirations, time = now();
    if (read(timer, &expirations, sizeof expirations) < 0 && errno != EAGAIN) fail("timerfd");
    while (first >= 0 && connections[first]->due <= time) {
        int descriptor = first;
        struct connection *it = connections[descriptor];
        leave_queue(descriptor);
        answer_with(it, it->page->answer, it->page->length);
        if (!serve(descriptor)) forget(descriptor);
    }
    set_timer();
}

int main(int count, char **arguments) {
    if (count != 2) return 64;
    int listener = listen_on(arguments[1]);
    poller = epoll_create1(EPOLL_CLOEXEC);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    watch(poller, listener, EPOLLIN, EPOLL_CTL_ADD);
    watch(poller, timer, EPOLLIN, EPOLL_CTL_ADD);
    page_of(2048);
    for (;;) {
        struct epoll_event events[256];
        int ready = epoll_wait(poller, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            int descriptor = events[i].data.fd, caller;
            if (descriptor == timer) {
                answer_the_due();
            } else if (descriptor == listener) {
                while ((caller = accept_from(listener)) >= 0) {
                    connections[caller] = calloc(1, sizeof *connections[caller]);
                    if (!connections[caller]) fail("calloc");
                    watch(poller, caller, EPOLLIN, EPOLL_CTL_ADD);
                }
            } else if (connections[descriptor]) {
                bool lives = !(events[i].events & ~(uint32_t)EPOLLOUT) || listen_to(descriptor);
                if (!lives || !serve(descriptor)) forget(descriptor);
            }
        }
    }
}
