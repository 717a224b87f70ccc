/* A library that counts the allocations of a program: LD_PRELOAD=allocations.so PROGRAM.
 *
 * At the end, and at each SIGRTMIN, it writes the counts so far as one line to the file in ALLOCATIONS: allocations
 * (malloc, calloc, realloc of NULL, aligned ones), moves (realloc of a block), frees, requested bytes. The counts are
 * exact and of all threads. With ALLOCATIONS_TRACE=N, after the first SIGRTMIN, it also writes the return addresses of
 * every Nth allocation, a line each. The symbols of the program turn them into names.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The functions of the C library, under the names that it provides for replacements. */
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

enum { DEPTH = 24 };

static atomic_ulong allocations, moves, frees, bytes;
static atomic_int output = -1;
static atomic_bool traces;
static unsigned long trace_every;
static __thread bool in_trace;

static void trace(unsigned long number) {
    if (!atomic_load_explicit(&traces, memory_order_relaxed) || in_trace || number % trace_every) return;
    in_trace = true;
    void *frames[DEPTH];
    char line[DEPTH * 20];
    int count = backtrace(frames, DEPTH), length = 0;
    for (int i = 2; i < count; i++)
        length += snprintf(line + length, sizeof line - (size_t)length, "%p ", frames[i]);
    line[length - (length > 0)] = '\n';
    if (length && write(output, line, (size_t)length) < 0) traces = false;
    in_trace = false;
}

static void counted(size_t size) {
    atomic_fetch_add_explicit(&bytes, size, memory_order_relaxed);
    trace(atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed));
}

void *malloc(size_t size) {
    counted(size);
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    counted(count * size);
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    if (!memory) counted(size); else atomic_fetch_add_explicit(&moves, 1, memory_order_relaxed);
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    counted(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) || alignment & (alignment - 1) || !alignment) return EINVAL;
    *memory = memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

void free(void *memory) {
    if (memory) atomic_fetch_add_explicit(&frees, 1, memory_order_relaxed);
    __libc_free(memory);
}

static void print_counts(void) {
    char line[128];
    int length = snprintf(line, sizeof line, "counts %lu %lu %lu %lu\n", allocations, moves, frees, bytes);
    if (output >= 0 && write(output, line, (size_t)length) < 0) output = -1;
}

static void on_signal(int number) {
    (void)number;
    int before = errno;
    print_counts();
    if (trace_every) traces = true;
    errno = before;
}

__attribute__((constructor)) static void begin(void) {
    const char *file = getenv("ALLOCATIONS"), *every = getenv("ALLOCATIONS_TRACE");
    void *warm[2];
    if (!file) return;
    output = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    trace_every = every ? strtoul(every, NULL, 10) : 0;
    backtrace(warm, 2); /* loads the unwinder, which allocates */
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigaction(SIGRTMIN, &action, NULL);
}

__attribute__((destructor)) static void end(void) { print_counts(); }
