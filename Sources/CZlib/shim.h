#pragma once
#include <string.h>
#include <zlib.h>

/* Expands one gzip member (RFC 1952). Returns the number of bytes, or -1 for input that is no whole member
   or does not fit. It is C since inflateInit2 is a macro, and the stream stores the addresses of both buffers. */
static inline long syncgate_gunzip(const unsigned char *input, size_t count, unsigned char *output, size_t capacity) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (count > 0x7fffffff || capacity > 0x7fffffff) return -1;
    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return -1;
    stream.next_in = (unsigned char *)input;
    stream.avail_in = (unsigned int)count;
    stream.next_out = output;
    stream.avail_out = (unsigned int)capacity;
    int result = inflate(&stream, Z_FINISH);
    long length = (long)(capacity - stream.avail_out);
    inflateEnd(&stream);
    return result == Z_STREAM_END ? length : -1;
}
