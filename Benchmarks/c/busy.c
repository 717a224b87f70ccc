/* A library that measures how long event loops are busy between two waits: LD_PRELOAD=busy.so PROGRAM.
 *
 * At each SIGRTMIN it writes the longest time since the previous one, in nanoseconds, as a line to the file in BUSY. It
 * is time of the processor, in the program and in the kernel, of the threads of SwiftNIO. So what others on the same
 * core do does not count. After the first SIGRTMIN, such a thread calls `loop_waits` before each wait: callgrind can
 * count the instructions between two of these calls.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

static int (*real_wait)(int, struct epoll_event *, int, int);
static atomic_ulong longest;
static atomic_bool marks;
static int output = -1;
static __thread bool is_known, is_loop;
static __thread uint64_t woken;

static uint64_t own_time(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void learn_name(void) {
    char name[16] = "";
    is_known = true;
    is_loop = !pthread_getname_np(pthread_self(), name, sizeof name) && !strncmp(name, "NIO-", 4);
}

__attribute__((noinline, noclone)) void loop_waits(void) { __asm__ volatile("" ::: "memory"); }

int epoll_wait(int poller, struct epoll_event *events, int most, int timeout) {
    if (!is_known) learn_name();
    if (!is_loop) return real_wait(poller, events, most, timeout);
    unsigned long took = woken ? own_time() - woken : 0, before = longest;
    while (took > before && !atomic_compare_exchange_weak(&longest, &before, took)) {}
    if (marks) loop_waits();
    int count = real_wait(poller, events, most, timeout), error = errno;
    woken = own_time();
    errno = error;
    return count;
}

static void on_signal(int number) {
    (void)number;
    int before = errno;
    char line[32];
    marks = true;
    int length = snprintf(line, sizeof line, "%lu\n", atomic_exchange(&longest, 0));
    if (write(output, line, (size_t)length) < 0) output = -1;
    errno = before;
}

__attribute__((constructor)) static void begin(void) {
    const char *file = getenv("BUSY");
    real_wait = (int (*)(int, struct epoll_event *, int, int))dlsym(RTLD_NEXT, "epoll_wait");
    if (!file) return;
    output = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigaction(SIGRTMIN, &action, NULL);
}
