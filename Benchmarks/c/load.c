/* load PORT TARGET CONNECTIONS COUNT RATE [ADMIN-PORT]: requests that do not wait for answers.
 *
 * Sends COUNT requests at random moments (exponential gaps), RATE a second on the average, each on a connection that
 * has none on its way; RATE 0 sends all at once: a herd. With ADMIN-PORT, /livez is asked there every 20 ms beside.
 * Prints one JSON object; latencies are in microseconds, from the write of the request to the last byte of its answer.
 *
 * Limits: a request whose moment comes while no connection is free is not sent, and counted as `unsent`. Requests are
 * sent in batches, 100 us apart at the least; what this program is late by beyond that is `late`, and the share of
 * one core that it used is `busy`: above 0.8 its figures say more about it than about the server.
 */
#include "socket.h"
#include <fcntl.h>
#include <math.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

enum { HEAD = 4096, BATCH = 100000, LIVEZ_EVERY = 20000000, PATIENCE = 5 };

struct samples { uint32_t *values; size_t count, room; };

struct connection {
    int descriptor;
    bool is_livez, waits; /* waits: for an answer */
    uint64_t sent;
    char head[HEAD];
    size_t filled, body; /* of the head; what is missing of the body once the head is whole */
    int status; /* 0 until the head is whole */
    bool closes;
};

static struct connection *connections;
static int *idle, idle_count, idle_first, total, poller;
static int by_descriptor[MOST_CONNECTIONS];
static struct samples accepted, rejected, livez, late;
static size_t statuses[1000], sent, unsent, failed, livez_failed, waiting;
static char request[2048], livez_request[] = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char *port, *admin_port;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void add(struct samples *it, uint64_t nanoseconds) {
    if (it->count == it->room) {
        it->room = it->room ? it->room * 2 : 4096;
        it->values = realloc(it->values, it->room * sizeof *it->values);
        if (!it->values) fail("realloc");
    }
    it->values[it->count++] = (uint32_t)(nanoseconds / 1000);
}

static int compare(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void print_samples(const char *name, struct samples *it) {
    if (it->count) qsort(it->values, it->count, sizeof *it->values, compare);
    printf(",\"%s\":{\"count\":%zu", name, it->count);
    if (it->count)
        printf(",\"p50\":%u,\"p99\":%u,\"most\":%u", it->values[it->count / 2], it->values[it->count * 99 / 100],
            it->values[it->count - 1]);
    printf("}");
}

/* Exponentially distributed, from a fixed seed: every run has the same moments. */
static double gap(double rate) {
    static uint64_t state = 88172645463325252ull;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return -log(((double)(state >> 11) + 1) / 9007199254740993.0) / rate * 1e9;
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

static void send_on(int index, uint64_t time) {
    struct connection *it = &connections[index];
    const char *bytes = it->is_livez ? livez_request : request;
    it->sent = time;
    it->filled = 0;
    it->status = 0;
    it->waits = true;
    waiting += !it->is_livez;
    if (write(it->descriptor, bytes, strlen(bytes)) < 0 && errno != ECONNRESET && errno != EPIPE) fail("write");
}

/* The answer is whole, or will never be. */
static void end_answer(int index, bool whole) {
    struct connection *it = &connections[index];
    uint64_t took = now() - it->sent;
    it->waits = false;
    waiting -= !it->is_livez;
    if (it->is_livez) {
        if (whole && it->status == 200) add(&livez, took); else livez_failed++;
    } else if (!whole) {
        failed++;
    } else {
        statuses[it->status]++;
        add(it->status == 200 ? &accepted : &rejected, took);
    }
}

/* What has to be known of a head: the status, the length of the body, whether the connection goes on. */
static bool read_head(struct connection *it) {
    it->head[it->filled] = 0;
    char *end = strstr(it->head, "\r\n\r\n");
    if (!end) return it->filled < HEAD - 1;
    size_t length = 0;
    it->status = atoi(it->head + 9);
    it->closes = false;
    if (it->status < 100 || it->status > 999) return false;
    for (char *line = strstr(it->head, "\r\n") + 2; line < end; line = strstr(line, "\r\n") + 2) {
        if (!strncasecmp(line, "content-length:", 15)) length = (size_t)atol(line + 15);
        if (!strncasecmp(line, "connection: close", 17)) it->closes = true;
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
        end_answer(index, true);
        if (it->closes) reopen(index);
        put_back(index);
        return;
    }
    if (it->waits) {
        end_answer(index, false);
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

static void send_next(uint64_t moment, bool herd) {
    uint64_t time = now();
    if (!idle_count) {
        unsent++;
        return;
    }
    int index = idle[idle_first];
    idle_first = (idle_first + 1) % total;
    idle_count--;
    sent++;
    if (!herd) add(&late, time - moment);
    send_on(index, time);
}

static void ask_livez(uint64_t *moment) {
    if (!admin_port || now() < *moment) return;
    *moment += LIVEZ_EVERY;
    if (!connections[total].waits) send_on(total, now());
}

static double used_cpu(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Prints what the time went to: sending, sending and receiving, and the share of a core that this program had. */
static void run(size_t count, double rate) {
    uint64_t start = now(), livez_moment = start, last_send = start;
    double moment = (double)start, cpu = used_cpu();
    for (size_t i = 0; i < count;) {
        uint64_t time = now();
        for (; i < count && moment <= (double)time; i++) {
            send_next((uint64_t)moment, rate == 0);
            moment += rate > 0 ? gap(rate) : 0;
        }
        last_send = now();
        ask_livez(&livez_moment);
        if (i < count) wait_until(moment > (double)(time + BATCH) ? (uint64_t)moment : time + BATCH);
    }
    while (waiting && now() < last_send + PATIENCE * 1000000000ull) wait_until(now() + 1000000);
    failed += waiting;
    double took = (double)(now() - start) / 1e9;
    printf("{\"seconds\":%.6f,\"answered\":%.6f,\"busy\":%.3f", (double)(last_send - start) / 1e9, took,
        (used_cpu() - cpu) / took);
}

int main(int count, char **arguments) {
    if (count != 6 && count != 7) return 64;
    port = arguments[1];
    total = atoi(arguments[3]);
    admin_port = count == 7 ? arguments[6] : NULL;
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_TIMERSLACK, 1ul);
    snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nAccept-Encoding: identity\r\n"
        "User-Agent: Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux\r\n\r\n", arguments[2], port);
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
    run((size_t)atol(arguments[4]), atof(arguments[5]));
    printf(",\"sent\":%zu,\"unsent\":%zu,\"failed\":%zu,\"livez_failed\":%zu,\"statuses\":{", sent, unsent, failed,
        livez_failed);
    const char *comma = "";
    for (int i = 0; i < 1000; i++)
        if (statuses[i]) {
            printf("%s\"%d\":%zu", comma, i, statuses[i]);
            comma = ",";
        }
    printf("}");
    print_samples("accepted", &accepted);
    print_samples("rejected", &rejected);
    print_samples("livez", &livez);
    print_samples("late", &late);
    printf("}\n");
    return 0;
}
