/* What reading a key (keys.c) and writing one (keys_format.c) have to agree on. */
#ifndef TCPWALTZ_PROTO_KEYS_PRIVATE_H
#define TCPWALTZ_PROTO_KEYS_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"
#include "proto/keys.h"

enum {
    KEY_KIBIBYTE = 1 << 10,
    KEY_MEBIBYTE = 1 << 20,
    KEY_PPB_PERCENT = 10000000, /* parts per billion in one percent */
    KEY_RATE_UNIT_COUNT = 4,
};

/* The words of KEY_YES_NO, in the order of their values. */
#define KEY_NO_YES "no|yes"

extern const TextUnit key_rate_units[KEY_RATE_UNIT_COUNT]; /* the largest first */

/* What a bare number of this type is multiplied by: nanoseconds in a second, …; else 1. */
int64_t key_written_unit(KeyType type);

/* The word with this index in "a|b|c"; false when there are fewer. */
bool key_word_at(const char *words, size_t index, const char **word, size_t *length);

#endif
