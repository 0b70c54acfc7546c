/* Text put together piece by piece in a buffer of the caller: what the engine has instead of
 * printf().
 */
#ifndef TCPWALTZ_CORE_TEXT_H
#define TCPWALTZ_CORE_TEXT_H

#include <stddef.h>
#include <stdint.h>

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

#endif
