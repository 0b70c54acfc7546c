/* A host's configuration out of bytes: any keys, any values within their ranges. */
#include <stdio.h>
#include <string.h>

#include "endpoint.h"

enum { KEYS_MAX = 15 };

/* One of "a|b|c". */
static int choose_word(const char *words, uint8_t which, char *out, size_t room)
{
    g_auto(GStrv) all = g_strsplit(words, "|", -1);

    return snprintf(out, room, "%s", all[which % g_strv_length(all)]);
}

/* As a scenario would write it; 0: this key is left alone. */
static int write_value(const Key *key, Bytes *bytes, char *out, size_t room)
{
    int64_t number;

    switch (key->type) {
    case KEY_WORD: return choose_word(key->words, bytes_take(bytes), out, room);
    case KEY_YES_NO: return snprintf(out, room, "%s", bytes_take(bytes) % 2 ? "yes" : "no");
    case KEY_PROBABILITY:
    case KEY_RATE:
    case KEY_BURST: return 0;
    default: break;
    }
    number = bytes_take_within(bytes, key->least, key->most);
    return snprintf(out, room, "%lld%s", (long long)number, key->type == KEY_TIME ? "ns" : "");
}

static void set_key(HostConfig *config, Bytes *bytes)
{
    size_t count;
    const Key *keys = key_table(KEY_SCOPE_HOST, &count);
    const Key *key = &keys[bytes_take(bytes) % count];
    char value[KEY_TEXT_MAX];
    int length = write_value(key, bytes, value, sizeof value);

    if (length > 0)
        g_assert(key_set(key, config, value, (size_t)length, NULL) == KEY_OK);
}

/* As Linux has them: what most connections live with. */
static void set_usual(HostConfig *config)
{
    config->tcp_timestamps = 1;
    config->tcp_sack = 1;
    config->tcp_window_scaling = 1;
    config->tcp_rto_min_us = 200 * SIM_MILLISECOND;
    config->loss_detection = LOSS_DETECTION_RACK;
    config->tcp_early_retrans = 3;
    config->congestion = CONGESTION_CUBIC;
}

void endpoint_config(HostConfig *config, Bytes *bytes)
{
    uint8_t first = bytes_take(bytes);

    host_config_init(config);
    if (first & 0x80)
        set_usual(config);
    if (first & 0x40) {
        config->tcp_fastopen = 0x3;
        config->tcp_ecn = 1;
    }
    for (unsigned n = first & KEYS_MAX; n > 0; n--)
        set_key(config, bytes);
}
