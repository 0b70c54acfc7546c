/* Text put together piece by piece in a buffer of the caller: what the engine has instead of
 * printf().
 */
#ifndef TCPWALTZ_CORE_TEXT_H
#define TCPWALTZ_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct Text {
    char *out; /* always terminated by NUL */
    size_t room, length;
} Text;

/* An empty text in `room` bytes at `out`, at least 1. */
Text text_begin(char *out, size_t room);

/* These append.  A text that does not fit is a programming error: the room is chosen by the one
 * who knows the longest. */
void text_add(Text *text, const char *piece);
void text_add_bytes(Text *text, const char *bytes, size_t length);
void text_add_number(Text *text, uint64_t number);

/* value / unit as a decimal number, exactly: at least `decimals_min` decimals, and as many more
 * as it needs.  `unit` is a power of ten. */
void text_add_decimal(Text *text, uint64_t value, uint64_t unit, int decimals_min);

/* A unit of measure: "ms", of a million nanoseconds. */
typedef struct TextUnit {
    const char *name;
    int64_t size; /* a power of ten, where text_unit_for() may choose it */
} TextUnit;

/* Of `count` units, the largest first and the last of size 1: the largest of which `value` is at
 * least one and with which it needs no more than three decimals. */
const TextUnit *text_unit_for(uint64_t value, const TextUnit *units, size_t count);

/* The unit called so; NULL when there is none. */
const TextUnit *text_unit_named(const TextUnit *units, size_t count, const char *name,
                                size_t length);

/* Do the `length` bytes spell `name`? */
static inline bool text_equals(const char *name, const char *bytes, size_t length)
{
    return strlen(name) == length && memcmp(name, bytes, length) == 0;
}

#endif
