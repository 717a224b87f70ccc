/* Datasets that remember their writes: the sync count and the date of each record, and no values.
 *
 * Each has records of half a KiB with the counts 1, 2, 3 and so on until the first write. A write takes any session
 * token and any count, and gives the records that it names the next count of the dataset.
 */
#ifndef DATASETS_H
#define DATASETS_H

#include "socket.h"
#include <string.h>
#include <time.h>

enum { MOST_DATASETS = 65536, MOST_RECORDS = 64, RECORD = 512, KEY_DIGITS = 5 };

struct dataset { uint64_t id; uint32_t count, counts[MOST_RECORDS]; double dates[MOST_RECORDS]; };

/* Returns the dataset of a path, or NULL if the table is full. Paths are told apart by a hash of 64 bits (FNV-1a). */
static inline struct dataset *dataset_of(const char *path, size_t length, size_t records) {
    static struct dataset table[MOST_DATASETS];
    static size_t used;
    uint64_t id = 14695981039346656037u;
    for (size_t i = 0; i < length; i++) id = (id ^ (unsigned char)path[i]) * 1099511628211u;
    size_t slot = id % MOST_DATASETS;
    while (table[slot].id && table[slot].id != id) slot = (slot + 1) % MOST_DATASETS;
    struct dataset *it = &table[slot];
    if (it->id) return it;
    if (used >= MOST_DATASETS / 2) return NULL;
    used++;
    it->id = id;
    it->count = (uint32_t)records;
    for (size_t i = 0; i < records; i++) {
        it->counts[i] = (uint32_t)i + 1;
        it->dates[i] = 1.4e9;
    }
    return it;
}

static inline size_t put_record(char *body, const struct dataset *it, size_t record, const char *comma) {
    size_t used = (size_t)sprintf(body,
        "%s{\"DeviceLastModifiedDate\":1.4E9,\"Key\":\"key%0*zu\",\"LastModifiedBy\":\"123456789012\","
        "\"LastModifiedDate\":%.3f,\"SyncCount\":%u,\"Value\":\"", comma, KEY_DIGITS, record, it->dates[record],
        it->counts[record]);
    memset(body + used, 'v', RECORD - 2 - used);
    return RECORD - 2 + (size_t)sprintf(body + RECORD - 2, "\"}");
}

/* Writes the body of the records that changed after `since`. */
static inline size_t put_changes(char *body, const struct dataset *it, size_t records, uint32_t since) {
    size_t changed = 0;
    for (size_t i = 0; i < records; i++) changed += it->counts[i] > since;
    size_t used = (size_t)sprintf(body,
        "{\"Count\":%zu,\"DatasetDeletedAfterRequestedSyncCount\":false,\"DatasetExists\":true,"
        "\"DatasetSyncCount\":%u,\"MergedDatasetNames\":[],\"Records\":[", changed, it->count);
    const char *comma = "";
    for (size_t i = 0; i < records; i++)
        if (it->counts[i] > since) {
            used += put_record(body + used, it, i, comma);
            comma = ",";
        }
    return used + (size_t)sprintf(body + used, "],\"SyncSessionToken\":\"H4sIAAAAAAAA%u\"}", it->count);
}

/* Writes the body of DescribeDataset. */
static inline size_t put_description(char *body, const char *name, size_t records) {
    return (size_t)sprintf(body,
        "{\"Dataset\":{\"CreationDate\":1.4E9,\"DataStorage\":%zu,\"DatasetName\":\"%.*s\",\"LastModifiedBy\":\"123456789012\","
        "\"LastModifiedDate\":1.4E9,\"NumRecords\":%zu}}", records * RECORD, (int)strcspn(name, "/? "), name, records);
}

/* Applies a write, and writes the body with its records. */
static inline size_t put_write(char *body, struct dataset *it, size_t records, const char *request) {
    static const char name[] = "\"Key\":\"key";
    size_t used = (size_t)sprintf(body, "{\"Records\":[");
    const char *comma = "";
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    it->count++;
    for (size_t i = 0; i < MOST_RECORDS && (request = strstr(request, name)); i++) {
        request += sizeof name - 1;
        size_t record = strtoul(request, NULL, 10);
        if (record >= records) continue;
        it->counts[record] = it->count;
        it->dates[record] = (double)time.tv_sec + (double)(time.tv_nsec / 1000000) / 1e3;
        used += put_record(body + used, it, record, comma);
        comma = ",";
    }
    return used + (size_t)sprintf(body + used, "]}");
}

#endif
