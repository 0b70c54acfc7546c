/* The key table, and reading a key's value from text.
 *
 * Writing values is in keys_format.c.
 */
#include "proto/keys.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "core/decimal.h"
#include "core/text.h"
#include "proto/keys_private.h"

#define HOST_KEY_(field, name, type, least, most, initial, words, help)                            \
    {name, type, least, most, initial, words, help, offsetof(HostConfig, field)},
#define LINK_KEY_(field, name, type, least, most, initial, words, help)                            \
    {name, type, least, most, initial, words, help, offsetof(LinkConfig, field)},

static const Key host_keys[] = {HOST_KEYS(HOST_KEY_)};
static const Key link_keys[] = {LINK_KEYS(LINK_KEY_)};

const Key *key_table(KeyScope scope, size_t *count)
{
    if (scope == KEY_SCOPE_HOST) {
        *count = sizeof host_keys / sizeof host_keys[0];
        return host_keys;
    }
    *count = sizeof link_keys / sizeof link_keys[0];
    return link_keys;
}

const Key *key_find(KeyScope scope, const char *name, size_t length)
{
    size_t count;
    const Key *keys = key_table(scope, &count);

    for (size_t i = 0; i < count; i++)
        if (text_equals(keys[i].name, name, length))
            return &keys[i];
    return NULL;
}

bool key_word_at(const char *words, size_t index, const char **word, size_t *length)
{
    while (index > 0) {
        words = strchr(words, '|');
        if (words == NULL)
            return false;
        words++;
        index--;
    }
    *word = words;
    *length = strcspn(words, "|");
    return true;
}

const TextUnit key_rate_units[KEY_RATE_UNIT_COUNT] = {
    {"gbit", 1000000000},
    {"mbit", 1000000},
    {"kbit", 1000},
    {"bit", 1},
};

int64_t key_written_unit(KeyType type)
{
    switch (type) {
    case KEY_SECONDS: return SIM_SECOND;
    case KEY_MILLISECS: return SIM_MILLISECOND;
    case KEY_MICROSECS: return SIM_MICROSECOND;
    default: return 1;
    }
}

static KeyError in_range(const Key *key, int64_t number)
{
    return number >= key->least && number <= key->most ? KEY_OK : KEY_OUT_OF_RANGE;
}

/* A whole number.  One below zero, or too large for 64 bits, is out of any key's range. */
static KeyError read_whole(const char *text, size_t length, int64_t *out)
{
    bool negative = length > 1 && text[0] == '-';

    if (negative)
        text++, length--;
    if (memchr(text, '.', length) != NULL)
        return KEY_NOT_A_NUMBER;
    switch (decimal_read(text, length, 1, out)) {
    case DECIMAL_OK: return negative ? KEY_OUT_OF_RANGE : KEY_OK;
    case DECIMAL_TOO_LARGE: return KEY_OUT_OF_RANGE;
    default: return KEY_NOT_A_NUMBER;
    }
}

static KeyError read_number(const Key *key, const char *text, size_t length, int64_t *out)
{
    int64_t number;
    KeyError error = read_whole(text, length, &number);

    if (error == KEY_OK)
        error = in_range(key, number);
    if (error == KEY_OK)
        *out = number * key_written_unit(key->type);
    return error;
}

static int64_t bytes_factor(const char *text, size_t length)
{
    char last = length > 0 ? text[length - 1] : '\0';

    return last == 'k' ? KEY_KIBIBYTE : last == 'M' ? KEY_MEBIBYTE : 1;
}

static KeyError read_bytes(const Key *key, const char *text, size_t length, int64_t *out)
{
    int64_t factor = bytes_factor(text, length), number;
    KeyError error = read_whole(text, factor > 1 ? length - 1 : length, &number);

    if (error == KEY_OK && number > key->most / factor)
        error = KEY_OUT_OF_RANGE;
    if (error == KEY_OK)
        error = in_range(key, number * factor);
    if (error == KEY_OK)
        *out = number * factor;
    return error;
}

static KeyError read_time(const Key *key, const char *text, size_t length, int64_t *out,
                          SimTimeError *time_error)
{
    SimTime time;
    SimTimeError why = sim_time_parse(text, length, &time);

    if (why != SIM_TIME_OK) {
        if (time_error != NULL)
            *time_error = why;
        return KEY_BAD_TIME;
    }
    if (in_range(key, time) == KEY_OK)
        *out = time;
    return in_range(key, time);
}

static KeyError read_word(const char *words, const char *text, size_t length, int64_t *out)
{
    const char *word;
    size_t word_length;

    for (size_t i = 0; key_word_at(words, i, &word, &word_length); i++) {
        if (word_length == length && memcmp(word, text, length) == 0) {
            *out = (int64_t)i;
            return KEY_OK;
        }
    }
    return KEY_UNKNOWN_WORD;
}

static KeyError read_probability(const Key *key, const char *text, size_t length, int64_t *out)
{
    int64_t ppb;

    if (length == 0 || text[length - 1] != '%')
        return KEY_BAD_PROBABILITY;
    switch (decimal_read(text, length - 1, KEY_PPB_PERCENT, &ppb)) {
    case DECIMAL_OK: break;
    case DECIMAL_TOO_LARGE: return KEY_OUT_OF_RANGE;
    default: return KEY_BAD_PROBABILITY;
    }
    if (in_range(key, ppb) == KEY_OK)
        *out = ppb;
    return in_range(key, ppb);
}

static KeyError read_rate(const Key *key, const char *text, size_t length, int64_t *out)
{
    size_t number = decimal_span(text, length);
    const TextUnit *unit =
        text_unit_named(key_rate_units, KEY_RATE_UNIT_COUNT, text + number, length - number);
    int64_t rate;

    if (unit == NULL)
        return KEY_BAD_RATE;
    switch (decimal_read(text, number, unit->size, &rate)) {
    case DECIMAL_OK: break;
    case DECIMAL_TOO_LARGE: return KEY_OUT_OF_RANGE;
    default: return KEY_BAD_RATE;
    }
    if (in_range(key, rate) == KEY_OK)
        *out = rate;
    return in_range(key, rate);
}

/* P,R[,LOSS]: into the bad state, out of it, loss while in it (all, when it is not given). */
static KeyError read_burst(const Key *key, const char *text, size_t length, LinkConfig *config)
{
    int64_t parts[3] = {0, 0, 100 * KEY_PPB_PERCENT};
    const char *end = text + length;
    size_t count = 0;

    for (const char *part = text; part <= end; count++) {
        const char *comma = memchr(part, ',', (size_t)(end - part));
        const char *part_end = comma != NULL ? comma : end;

        if (count == 3)
            return KEY_BAD_BURST;
        KeyError error = read_probability(key, part, (size_t)(part_end - part), &parts[count]);
        if (error != KEY_OK)
            return error == KEY_BAD_PROBABILITY ? KEY_BAD_BURST : error;
        part = part_end + 1;
    }
    if (count < 2)
        return KEY_BAD_BURST;
    config->burst = parts[0];
    config->burst_leave = parts[1];
    config->burst_loss = parts[2];
    return KEY_OK;
}

KeyError key_set(const Key *key, void *config, const char *text, size_t length,
                 SimTimeError *time_error)
{
    int64_t *field = (int64_t *)(void *)((char *)config + key->offset);

    switch (key->type) {
    case KEY_COUNT:
    case KEY_SWITCH:
    case KEY_SECONDS:
    case KEY_MILLISECS:
    case KEY_MICROSECS: return read_number(key, text, length, field);
    case KEY_BYTES: return read_bytes(key, text, length, field);
    case KEY_TIME: return read_time(key, text, length, field, time_error);
    case KEY_YES_NO: return read_word(KEY_NO_YES, text, length, field);
    case KEY_WORD: return read_word(key->words, text, length, field);
    case KEY_PROBABILITY: return read_probability(key, text, length, field);
    case KEY_RATE: return read_rate(key, text, length, field);
    case KEY_BURST: return read_burst(key, text, length, config);
    }
    assert(false);
    return KEY_NOT_A_NUMBER;
}

static void set_defaults(KeyScope scope, void *config)
{
    size_t count;
    const Key *keys = key_table(scope, &count);

    for (size_t i = 0; i < count; i++) {
        KeyError error = key_set(&keys[i], config, keys[i].initial, strlen(keys[i].initial), NULL);

        assert(error == KEY_OK);
        (void)error;
    }
}

void host_config_init(HostConfig *config)
{
    set_defaults(KEY_SCOPE_HOST, config);
}

void link_config_init(LinkConfig *config)
{
    set_defaults(KEY_SCOPE_LINK, config);
}
