/* upstream PORT [TLS-PORT CERTIFICATE KEY]: responds as Cognito Sync would; size and delay are in the dataset's name.
 *
 *     GET /identitypools/P/identities/I/datasets/2048B-30ms-anything/records    a page of 2048 bytes after 30 ms
 *     POST /identitypools/P/identities/I/datasets/20R-30ms-anything             20 records that were written
 *     GET and POST of /identitypools/P/identities/I/datasets/4S-0ms-anything    a dataset of 4 records (`datasets.h`)
 *     GET /requests                                                             the number of pages requested so far
 *
 * One thread, epoll, and a timerfd for the delays. It checks no signatures, and reads of a request only the target and
 * the length of its body. The pages have `max-age=600` for caches that do not know the API.
 */
#include "datasets.h"
#include "secure.h"
#include <sys/timerfd.h>
#include <time.h>

enum { USUAL_REQUEST = 16384, MOST_REQUEST = 5 << 20, MOST_SIZES = 64, MOST_RESPONSE = (MOST_RECORDS + 4) * RECORD, DATE = 31 };

/* A page of so many bytes, or the records of a write: `unit` is the letter after the number, B or R. */
struct page { size_t number, length; char unit, *response, *date; };

/* A connection, which serves one request at a time: later ones wait in `received`. */
struct connection {
    char *received;
    size_t room, filled;
    const char *response; /* being written, or NULL */
    size_t length, written;
    char small[128], *changes; /* responses that are no pages; `changes` of a dataset, or NULL */
    SSL *tls; /* NULL: plain */
    bool delayed, waits; /* waits: until the socket is writable */
    uint64_t due;
    const struct page *page; /* the delayed response */
    int earlier, later; /* descriptors of the neighbours in the queue of delayed responses; -1 at its ends */
};

static struct connection *connections[MOST_CONNECTIONS];
static struct page pages[MOST_SIZES];
static int poller, timer, first = -1, last = -1;
static unsigned long requests;
static char date[DATE + 1];

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* Writes a body of exactly so many bytes, mostly records of half a KiB; an empty page is the minimum. */
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

/* Writes the body of a successful write of so many records. */
static size_t write_records(char *body, size_t records) {
    size_t used = (size_t)sprintf(body, "{\"Records\":[");
    for (size_t i = 0; i < records; i++)
        used += (size_t)sprintf(body + used,
            "%s{\"DeviceLastModifiedDate\":1.4E9,\"Key\":\"key%05zu\",\"LastModifiedBy\":\"123456789012\","
            "\"LastModifiedDate\":1.4E9,\"SyncCount\":2,\"Value\":\"%064d\"}", i ? "," : "", i, 0);
    return used + (size_t)sprintf(body + used, "]}");
}

/* Writes a head with the length of the body; `date` is in it. */
static size_t put_head(char *response, size_t length) {
    return (size_t)sprintf(response,
        "HTTP/1.1 200 OK\r\nx-amzn-RequestId: b3d2e31e-d6b7-4612-8e84-c9ba288dab5d\r\nContent-Type: application/json\r\n"
        "Content-Length: %zu\r\nDate: %s\r\nCache-Control: max-age=600\r\n\r\n", length, date);
}

/* Sets the Date of all pages once a second: a cache adds the age that it sees there. */
static void set_date(void) {
    static time_t last_second;
    time_t second = time(NULL);
    if (second == last_second) return;
    last_second = second;
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&second));
    for (struct page *page = pages; page->response; page++) memcpy(page->date, date, strlen(date));
}

static const struct page *page_of(size_t number, char unit) {
    struct page *page = pages;
    while (page->response && (page->number != number || page->unit != unit)) page++;
    if (page->response || page == pages + MOST_SIZES - 1) return page->response ? page : pages;
    size_t bytes = unit == 'R' ? 256 * number : number;
    char *body = malloc(bytes + 1024);
    page->response = malloc(bytes + 2048);
    if (!body || !page->response) fail("malloc");
    size_t length = unit == 'R' ? write_records(body, number) : write_body(body, number);
    size_t head = put_head(page->response, length);
    page->date = strstr(page->response, date);
    memcpy(page->response + head, body, length);
    free(body);
    page->number = number;
    page->unit = unit;
    page->length = head + length;
    return page;
}

static void dequeue(int descriptor) {
    struct connection *it = connections[descriptor];
    if (it->earlier >= 0) connections[it->earlier]->later = it->later; else first = it->later;
    if (it->later >= 0) connections[it->later]->earlier = it->earlier; else last = it->earlier;
    it->delayed = false;
}

/* Inserts a connection by its due time. Equal delays, the usual case, go to the end without a search. */
static void enqueue(int descriptor, uint64_t due) {
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

static void close_connection(int descriptor) {
    if (connections[descriptor]->delayed) dequeue(descriptor);
    SSL_free(connections[descriptor]->tls);
    free(connections[descriptor]->changes);
    free(connections[descriptor]->received);
    free(connections[descriptor]);
    connections[descriptor] = NULL;
    close(descriptor);
}

static void respond_with(struct connection *it, const char *response, size_t length) {
    it->response = response;
    it->length = length;
    it->written = 0;
}

/* Begins the response of a dataset that remembers its writes; returns false if there is no room for another one. */
static bool begin_changes(struct connection *it, const char *head, const char *name, size_t records) {
    const char *path = strchr(head, ' ') + 1, *since = strstr(path, "lastSyncCount="), *end = strstr(head, "\r\n");
    char body[MOST_RESPONSE];
    struct dataset *dataset = dataset_of(path, (size_t)(name - path) + strcspn(name, "/? "), records);
    if (!it->changes) it->changes = malloc(MOST_RESPONSE + 512);
    if (!it->changes) fail("malloc");
    if (!dataset) return false;
    uint32_t count = since && since < end ? (uint32_t)strtoul(since + 14, NULL, 10) : 0;
    size_t length = *head == 'P' ? put_write(body, dataset, records, end)
        : !strncmp(name + strcspn(name, "/? "), "/records", 8) ? put_changes(body, dataset, records, count)
        : put_description(body, name, records);
    size_t used = put_head(it->changes, length);
    memcpy(it->changes + used, body, length);
    respond_with(it, it->changes, used + length);
    return true;
}

/* Begins the response to one complete request. */
static void begin_response(int descriptor, const char *head) {
    struct connection *it = connections[descriptor];
    const char *dataset = strstr(head, "/datasets/"), *line = strstr(head, "\r\n");
    size_t number;
    char unit;
    unsigned milliseconds;
    if (!strncmp(head, "GET /requests ", 14)) {
        char digits[24];
        int count = sprintf(digits, "%lu\n", requests);
        int length = sprintf(it->small, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", count, digits);
        respond_with(it, it->small, (size_t)length);
    } else if (dataset && dataset < line
        && sscanf(dataset, "/datasets/%zu%c-%ums", &number, &unit, &milliseconds) == 3
        && (unit == 'B' ? !strncmp(head, "GET ", 4) && number <= 8u << 20
            : unit == 'R' && !strncmp(head, "POST ", 5) && number <= 1024)) {
        const struct page *page = page_of(number, unit);
        requests++;
        if (!milliseconds) {
            respond_with(it, page->response, page->length);
            return;
        }
        it->page = page;
        enqueue(descriptor, now() + milliseconds * 1000000ull);
        if (first == descriptor) set_timer();
    } else if (dataset && dataset < line && sscanf(dataset, "/datasets/%zu%c-", &number, &unit) == 2 && unit == 'S'
        && number <= MOST_RECORDS && begin_changes(it, head, dataset + 10, number)) {
        requests++;
    } else {
        static const char unknown[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        respond_with(it, unknown, strlen(unknown));
    }
}

/* Returns the bytes of the first request that was received, or 0 if it is not whole. */
static size_t whole_request(struct connection *it) {
    it->received[it->filled] = 0;
    const char *end = strstr(it->received, "\r\n\r\n"), *field;
    if (!end) return 0;
    size_t length = (size_t)(end + 4 - it->received);
    if (it->received[0] == 'P' && (field = strcasestr(it->received, "\r\nContent-Length:")) && field < end)
        length += strtoul(field + 17, NULL, 10);
    return length <= it->filled ? length : 0;
}

static void wait_for_room(int descriptor, bool waits) {
    if (waits == connections[descriptor]->waits) return;
    watch(poller, descriptor, waits ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
    connections[descriptor]->waits = waits;
}

/* Sends responses as far as the socket is writable; returns false if the connection must be closed. */
static bool serve(int descriptor) {
    struct connection *it = connections[descriptor];
    if (!it->received) return true;
    for (;;) {
        if (it->response) {
            ssize_t count = write_bytes(it->tls, descriptor, it->response + it->written, it->length - it->written);
            if (count < 0 && errno != EAGAIN) return false;
            if (count > 0) it->written += (size_t)count;
            if (it->written < it->length) {
                wait_for_room(descriptor, true);
                return true;
            }
            it->response = NULL;
            it->written = 0;
        }
        size_t used = it->delayed ? 0 : whole_request(it);
        if (!used) break;
        begin_response(descriptor, it->received);
        it->filled -= used;
        memmove(it->received, it->received + used, it->filled);
    }
    wait_for_room(descriptor, false);
    return true;
}

/* Reads the requests that have arrived; returns false if the caller has left or a request is too long. */
static bool read_requests(int descriptor) {
    struct connection *it = connections[descriptor];
    if (it->filled + 1 >= it->room) {
        if (it->room >= MOST_REQUEST) return false;
        it->room = it->room ? it->room * 2 : USUAL_REQUEST;
        it->received = realloc(it->received, it->room);
        if (!it->received) fail("realloc");
    }
    ssize_t count = read_bytes(it->tls, descriptor, it->received + it->filled, it->room - 1 - it->filled);
    if (count <= 0) return count < 0 && errno == EAGAIN;
    it->filled += (size_t)count;
    return true;
}

static void send_due_responses(void) {
    uint64_t expirations, time = now();
    if (read(timer, &expirations, sizeof expirations) < 0 && errno != EAGAIN) fail("timerfd");
    while (first >= 0 && connections[first]->due <= time) {
        int descriptor = first;
        struct connection *it = connections[descriptor];
        dequeue(descriptor);
        respond_with(it, it->page->response, it->page->length);
        if (!serve(descriptor)) close_connection(descriptor);
    }
    set_timer();
}

static void accept_all(int listener, SSL_CTX *context) {
    int caller;
    while ((caller = accept_from(listener)) >= 0) {
        struct connection *it = connections[caller] = calloc(1, sizeof *it);
        if (!it) fail("calloc");
        it->tls = context ? secure_connection(context, caller) : NULL;
        watch(poller, caller, EPOLLIN, EPOLL_CTL_ADD);
    }
}

int main(int count, char **arguments) {
    if (count != 2 && count != 5) return 64;
    SSL_CTX *context = count == 5 ? secure_context(arguments[3], arguments[4]) : NULL;
    int listener = listen_on(arguments[1]), secure = context ? listen_on(arguments[2]) : -1;
    poller = epoll_create1(EPOLL_CLOEXEC);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    watch(poller, listener, EPOLLIN, EPOLL_CTL_ADD);
    watch(poller, timer, EPOLLIN, EPOLL_CTL_ADD);
    if (context) watch(poller, secure, EPOLLIN, EPOLL_CTL_ADD);
    set_date();
    page_of(2048, 'B');
    for (;;) {
        struct epoll_event events[256];
        int ready = epoll_wait(poller, events, 256, -1);
        set_date();
        for (int i = 0; i < ready; i++) {
            int descriptor = events[i].data.fd;
            if (descriptor == timer) {
                send_due_responses();
            } else if (descriptor == listener || descriptor == secure) {
                accept_all(descriptor, descriptor == secure ? context : NULL);
            } else if (connections[descriptor]) {
                bool lives = !(events[i].events & ~(uint32_t)EPOLLOUT) || read_requests(descriptor);
                if (!lives || !serve(descriptor)) close_connection(descriptor);
            }
        }
    }
}
