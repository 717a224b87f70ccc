/* Samples of a duration. All are stored, and percentiles are computed once, at the end. */
#ifndef SAMPLES_H
#define SAMPLES_H

#include "socket.h"
#include <time.h>

struct samples { uint32_t *values; size_t count, room; };

static inline uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static inline void add(struct samples *it, uint64_t nanoseconds) {
    if (it->count == it->room) {
        it->room = it->room ? it->room * 2 : 65536;
        it->values = realloc(it->values, it->room * sizeof *it->values);
        if (!it->values) fail("realloc");
    }
    it->values[it->count++] = (uint32_t)(nanoseconds / 1000);
}

static int compare_samples(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Prints a member of a JSON object, after another one; in microseconds. */
static inline void print_samples(const char *name, struct samples *it) {
    if (it->count) qsort(it->values, it->count, sizeof *it->values, compare_samples);
    printf(",\"%s\":{\"count\":%zu", name, it->count);
    if (it->count)
        printf(",\"p50\":%u,\"p99\":%u,\"most\":%u", it->values[it->count / 2], it->values[it->count * 99 / 100],
            it->values[it->count - 1]);
    printf("}");
}

#endif
