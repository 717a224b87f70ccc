/* load PORT TARGET CONNECTIONS COUNT RATE [ADMIN-PORT]: sends requests that do not wait for responses.
 *
 * COUNT requests fall due at random moments (exponential gaps), RATE a second on the average. The moments are fixed
 * before the first is sent. RATE 0: all at once, a herd. Each goes out on a connection without a request in flight.
 * While there is none, requests wait here in their order, and are `abandoned` after PATIENCE. With ADMIN-PORT, /livez
 * falls due there every 20 ms.
 *
 * It prints one JSON object, with latencies in microseconds to the last byte of the response. `accepted` (2xx),
 * `rejected` (429 and 503; `bare` have no Retry-After) and `livez` count from the moment when the request was due. So
 * they contain the wait at a slow server (no coordinated omission). `accepted_sent` and `rejected_sent` count from the
 * write. `last_response`: seconds until the last response. `good`: accepted before the last request was due. `queued`:
 * waited for a connection. `late`: the delay of this program for the others. `busy`: the share of a core that it used.
 * Above 0.8, or with much `late`, the figures describe this program more than the server.
 */
#include "samples.h"
#include <fcntl.h>
#include <math.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum { HEAD = 4096, BATCH = 50000, LIVEZ_EVERY = 20000000 };
static const uint64_t PATIENCE = 1000000000, LAST_PATIENCE = 5000000000;
/* A pause after the connections are open: real connections persist, so accepting them is not measured. */
static const struct timespec CALM = {.tv_nsec = 300000000};

struct connection {
    int descriptor;
    bool is_livez, waits; /* waits: for a response */
    uint64_t due, sent;
    char head[HEAD];
    size_t filled, body; /* bytes of the head; missing bytes of the body once the head is complete */
    int status; /* 0 until the head is complete */
    bool closes, retry_after;
};

static struct connection *connections;
static int *idle, idle_count, idle_first, total, poller;
static int by_descriptor[MOST_CONNECTIONS];
static struct samples accepted, rejected, accepted_sent, rejected_sent, livez, late;
static size_t statuses[1000], good, bare, queued, abandoned, failed, livez_failed, waiting;
static uint64_t last_due;
static char request[2048], livez_request[] = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
static size_t request_length;
static const char *port, *admin_port;

/* Returns the due time of each request: exponential gaps from a fixed seed, the same in every run. */
static uint64_t *moments(size_t count, double rate, uint64_t start) {
    static uint64_t state = 88172645463325252ull;
    uint64_t *dues = malloc(count * sizeof *dues + 1);
    double moment = (double)start;
    if (!dues) fail("malloc");
    for (size_t i = 0; i < count; i++) {
        dues[i] = (uint64_t)moment;
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if (rate > 0) moment += -log(((double)(state >> 11) + 1) / 9007199254740993.0) / rate * 1e9;
    }
    return dues;
}

static void open_connection(int index) {
    struct connection *it = &connections[index];
    struct sockaddr_in address = loopback(it->is_livez ? admin_port : port);
    int on = 1;
    it->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (it->descriptor < 0 || it->descriptor >= MOST_CONNECTIONS) fail("socket");
    if (connect(it->descriptor, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
    fcntl(it->descriptor, F_SETFL, O_NONBLOCK);
    setsockopt(it->descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    by_descriptor[it->descriptor] = index;
    watch(poller, it->descriptor, EPOLLIN, EPOLL_CTL_ADD);
}

static void put_back(int index) {
    if (!connections[index].is_livez) idle[(idle_first + idle_count++) % total] = index;
}

static void send_on(int index, uint64_t due, uint64_t time) {
    struct connection *it = &connections[index];
    const char *bytes = it->is_livez ? livez_request : request;
    it->due = due;
    it->sent = time;
    it->filled = 0;
    it->status = 0;
    it->waits = true;
    waiting += !it->is_livez;
    if (write(it->descriptor, bytes, it->is_livez ? sizeof livez_request - 1 : request_length) < 0
        && errno != ECONNRESET && errno != EPIPE) fail("write");
}

/* Records the end of a response, complete or not. */
static void end_response(int index, bool whole) {
    struct connection *it = &connections[index];
    uint64_t time = now();
    it->waits = false;
    waiting -= !it->is_livez;
    if (whole) statuses[it->status] += !it->is_livez;
    if (it->is_livez) {
        if (whole && it->status == 200) add(&livez, time - it->due); else livez_failed++;
    } else if (whole && it->status / 100 == 2) {
        good += time <= last_due;
        add(&accepted, time - it->due);
        add(&accepted_sent, time - it->sent);
    } else if (whole && (it->status == 429 || it->status == 503)) {
        bare += !it->retry_after;
        add(&rejected, time - it->due);
        add(&rejected_sent, time - it->sent);
    } else {
        failed++;
    }
}

/* Parses a head: the status, the length of the body, and whether the connection closes. Returns false on an error. */
static bool read_head(struct connection *it) {
    it->head[it->filled] = 0;
    char *end = strstr(it->head, "\r\n\r\n");
    if (!end) return it->filled < HEAD - 1;
    size_t length = 0;
    it->status = atoi(it->head + 9);
    it->closes = it->retry_after = false;
    if (it->status < 100 || it->status > 999) return false;
    for (char *line = strstr(it->head, "\r\n") + 2; line < end; line = strstr(line, "\r\n") + 2) {
        if (!strncasecmp(line, "content-length:", 15)) length = (size_t)atol(line + 15);
        if (!strncasecmp(line, "connection: close", 17)) it->closes = true;
        if (!strncasecmp(line, "retry-after:", 12)) it->retry_after = true;
        if (!strncasecmp(line, "transfer-encoding:", 18)) return false;
    }
    size_t got = it->filled - (size_t)(end + 4 - it->head);
    if (got > length) return false;
    it->body = length - got;
    return true;
}

static void reopen(int index) {
    close(connections[index].descriptor);
    open_connection(index);
}

static void receive(int index) {
    struct connection *it = &connections[index];
    static char body[65536];
    for (;;) {
        bool in_head = !it->status;
        char *room = in_head ? it->head + it->filled : body;
        ssize_t count = read(it->descriptor, room, in_head ? HEAD - 1 - it->filled : sizeof body);
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0 || !it->waits) break;
        if (in_head) {
            it->filled += (size_t)count;
            if (!read_head(it)) break;
            if (!it->status) continue;
        } else if ((size_t)count > it->body) {
            break;
        } else {
            it->body -= (size_t)count;
        }
        if (it->body) continue;
        end_response(index, true);
        if (it->closes) reopen(index);
        put_back(index);
        return;
    }
    if (it->waits) {
        end_response(index, false);
        put_back(index);
    }
    reopen(index);
}

static void wait_until(uint64_t moment) {
    struct epoll_event events[512];
    uint64_t time = now(), left = moment > time ? moment - time : 0;
    struct timespec timeout = {(time_t)(left / 1000000000u), (long)(left % 1000000000u)};
    int ready = epoll_pwait2(poller, events, 512, &timeout, NULL);
    for (int i = 0; i < ready; i++) receive(by_descriptor[events[i].data.fd]);
}

/* Sends the due requests that have a connection; returns the index of the next request. */
static size_t send_due(const uint64_t *dues, size_t next, size_t count, bool *crowded) {
    for (uint64_t time = now(); next < count && dues[next] <= time; next++) {
        if (time - dues[next] > PATIENCE) {
            abandoned++;
            continue;
        }
        if (!idle_count) {
            *crowded = true;
            return next;
        }
        int index = idle[idle_first];
        idle_first = (idle_first + 1) % total;
        idle_count--;
        if (*crowded) queued++; else add(&late, time - dues[next]);
        send_on(index, dues[next], time);
    }
    *crowded = false;
    return next;
}

static void ask_livez(uint64_t *due) {
    uint64_t time = now();
    if (!admin_port || time < *due || connections[total].waits) return;
    send_on(total, *due, time);
    *due += LIVEZ_EVERY;
}

static double used_cpu(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Runs the load, and prints the seconds to the last due time and to the last response. */
static void run(size_t count, double rate) {
    uint64_t start = now() + 1000000, livez_due = start;
    uint64_t *dues = moments(count, rate, start);
    double cpu = used_cpu();
    bool crowded = false;
    last_due = rate > 0 && count ? dues[count - 1] : UINT64_MAX;
    for (size_t next = 0; next < count;) {
        next = send_due(dues, next, count, &crowded);
        ask_livez(&livez_due);
        uint64_t time = now(), soon = time + BATCH;
        if (next < count) wait_until(crowded ? time + 1000000 : dues[next] > soon ? dues[next] : soon);
    }
    uint64_t end = now();
    while (waiting && now() < end + LAST_PATIENCE) wait_until(now() + 1000000);
    failed += waiting;
    double took = (double)(now() - start) / 1e9;
    printf("{\"seconds\":%.6f,\"last_response\":%.6f,\"busy\":%.3f", (double)((rate > 0 ? last_due : end) - start) / 1e9, took,
        (used_cpu() - cpu) / took);
    free(dues);
}

int main(int count, char **arguments) {
    if (count != 6 && count != 7) return 64;
    port = arguments[1];
    total = atoi(arguments[3]);
    admin_port = count == 7 ? arguments[6] : NULL;
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_TIMERSLACK, 1ul);
    request_length = (size_t)snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nAccept-Encoding: identity\r\n"
        "User-Agent: Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux\r\n\r\n", arguments[2], port);
    if (request_length >= sizeof request || total < 1) return 64;
    poller = epoll_create1(EPOLL_CLOEXEC);
    connections = calloc((size_t)total + 1, sizeof *connections);
    idle = calloc((size_t)total, sizeof *idle);
    if (!connections || !idle) fail("calloc");
    for (int i = 0; i < total; i++) {
        open_connection(i);
        put_back(i);
    }
    if (admin_port) {
        connections[total].is_livez = true;
        open_connection(total);
    }
    nanosleep(&CALM, NULL);
    run((size_t)atol(arguments[4]), atof(arguments[5]));
    printf(",\"good\":%zu,\"bare\":%zu,\"queued\":%zu,\"abandoned\":%zu,\"failed\":%zu,\"livez_failed\":%zu", good, bare,
        queued, abandoned, failed, livez_failed);
    print_samples("accepted", &accepted);
    print_samples("accepted_sent", &accepted_sent);
    print_samples("rejected", &rejected);
    print_samples("rejected_sent", &rejected_sent);
    print_samples("livez", &livez);
    print_samples("late", &late);
    const char *comma = "";
    printf(",\"statuses\":{");
    for (int i = 0; i < 1000; i++)
        if (statuses[i]) {
            printf("%s\"%d\":%zu", comma, i, statuses[i]);
            comma = ",";
        }
    printf("}}\n");
    return 0;
}
