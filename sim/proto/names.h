/* Tables of names, for the vocabulary's from_name() functions. */
#ifndef TCPWALTZ_PROTO_NAMES_H
#define TCPWALTZ_PROTO_NAMES_H

#include <stddef.h>

#include "core/text.h"

/* The index of the name that the `length` bytes at `text` spell; `count` when there is none. */
static inline size_t name_find(const char *const *names, size_t count, const char *text,
                               size_t length)
{
    size_t i = 0;

    while (i < count && !text_equals(names[i], text, length))
        i++;
    return i;
}

#endif
