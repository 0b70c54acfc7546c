/* Writing a key's value as a scenario would, and its range for people. */
#include <assert.h>

#include "proto/keys_private.h"

/* Minutes and hours where they are whole, but "60s": as people write timeouts. */
static void add_time(Text *text, SimTime time)
{
    char seconds[SIM_TIME_TEXT_MAX];

    if (time == 0) {
        text_add(text, "0");
    } else if (time % SIM_HOUR == 0) {
        text_add_number(text, (uint64_t)(time / SIM_HOUR));
        text_add(text, "h");
    } else if (time % SIM_MINUTE == 0 && time > SIM_MINUTE) {
        text_add_number(text, (uint64_t)(time / SIM_MINUTE));
        text_add(text, "min");
    } else {
        size_t length = sim_time_format(time, seconds);
        const char *blank = memchr(seconds, ' ', length);

        text_add_bytes(text, seconds, (size_t)(blank - seconds));
        text_add(text, blank + 1);
    }
}

static void add_bytes(Text *text, int64_t bytes)
{
    bool mebibytes = bytes > 0 && bytes % KEY_MEBIBYTE == 0;
    bool kibibytes = bytes > 0 && bytes % KEY_KIBIBYTE == 0 && !mebibytes;
    int64_t unit = mebibytes ? KEY_MEBIBYTE : kibibytes ? KEY_KIBIBYTE : 1;

    text_add_number(text, (uint64_t)(bytes / unit));
    text_add(text, mebibytes ? "M" : kibibytes ? "k" : "");
}

static void add_word(Text *text, const char *words, int64_t value)
{
    const char *word;
    size_t length;
    bool found = key_word_at(words, (size_t)value, &word, &length);

    assert(found);
    (void)found;
    text_add_bytes(text, word, length);
}

static void add_probability(Text *text, int64_t ppb)
{
    text_add_decimal(text, (uint64_t)ppb, KEY_PPB_PERCENT, 0);
    text_add(text, "%");
}

static void add_rate(Text *text, int64_t rate)
{
    const TextUnit *unit = text_unit_for((uint64_t)rate, key_rate_units, KEY_RATE_UNIT_COUNT);

    text_add_decimal(text, (uint64_t)rate, (uint64_t)unit->size, 0);
    text_add(text, unit->name);
}

static void add_burst(Text *text, const LinkConfig *config)
{
    add_probability(text, config->burst);
    text_add(text, ",");
    add_probability(text, config->burst_leave);
    if (config->burst_loss == 100 * KEY_PPB_PERCENT)
        return;
    text_add(text, ",");
    add_probability(text, config->burst_loss);
}

size_t key_format(const Key *key, const void *config, char out[KEY_TEXT_MAX])
{
    int64_t value = *(const int64_t *)(const void *)((const char *)config + key->offset);
    Text text = text_begin(out, KEY_TEXT_MAX);

    assert(value >= 0);
    switch (key->type) {
    case KEY_COUNT:
    case KEY_SWITCH:
    case KEY_SECONDS:
    case KEY_MILLISECS:
    case KEY_MICROSECS:
        text_add_number(&text, (uint64_t)(value / key_written_unit(key->type)));
        break;
    case KEY_BYTES: add_bytes(&text, value); break;
    case KEY_TIME: add_time(&text, value); break;
    case KEY_YES_NO: add_word(&text, KEY_NO_YES, value); break;
    case KEY_WORD: add_word(&text, key->words, value); break;
    case KEY_PROBABILITY: add_probability(&text, value); break;
    case KEY_RATE: add_rate(&text, value); break;
    case KEY_BURST: add_burst(&text, config); break;
    }
    return text.length;
}

static void add_number_range(Text *text, const Key *key, const char *unit)
{
    text_add_number(text, (uint64_t)key->least);
    text_add(text, " to ");
    text_add_number(text, (uint64_t)key->most);
    text_add(text, unit);
}

static void add_time_range(Text *text, const Key *key)
{
    char time[SIM_TIME_TEXT_MAX];

    sim_time_format(key->least, time);
    text_add(text, "a time from ");
    text_add(text, time);
    sim_time_format(key->most, time);
    text_add(text, " to ");
    text_add(text, time);
}

/* "fixed, clock or rfc6528" */
static void add_words(Text *text, const char *words)
{
    const char *word, *next;
    size_t length, next_length;
    bool more = key_word_at(words, 0, &word, &length);

    for (size_t i = 1; more; i++) {
        more = key_word_at(words, i, &next, &next_length);
        if (i > 1)
            text_add(text, more ? ", " : " or ");
        text_add_bytes(text, word, length);
        word = next;
        length = next_length;
    }
}

static void add_rate_range(Text *text, const Key *key)
{
    text_add(text, "a rate from ");
    add_rate(text, key->least);
    text_add(text, " to ");
    add_rate(text, key->most);
    text_add(text, ", such as 10mbit");
}

static void add_probability_range(Text *text, const Key *key)
{
    text_add(text, " from ");
    add_probability(text, key->least);
    text_add(text, " to ");
    add_probability(text, key->most);
}

size_t key_range(const Key *key, char out[KEY_TEXT_MAX])
{
    Text text = text_begin(out, KEY_TEXT_MAX);

    switch (key->type) {
    case KEY_COUNT: add_number_range(&text, key, ""); break;
    case KEY_SECONDS: add_number_range(&text, key, " seconds"); break;
    case KEY_MILLISECS: add_number_range(&text, key, " milliseconds"); break;
    case KEY_MICROSECS: add_number_range(&text, key, " microseconds"); break;
    case KEY_BYTES: add_number_range(&text, key, " bytes"); break;
    case KEY_SWITCH: add_words(&text, "0|1"); break;
    case KEY_YES_NO: add_words(&text, "yes|no"); break;
    case KEY_WORD: add_words(&text, key->words); break;
    case KEY_TIME: add_time_range(&text, key); break;
    case KEY_RATE: add_rate_range(&text, key); break;
    case KEY_PROBABILITY:
        text_add(&text, "a probability");
        add_probability_range(&text, key);
        break;
    case KEY_BURST:
        text_add(&text, "P,R or P,R,LOSS: probabilities");
        add_probability_range(&text, key);
        break;
    }
    return text.length;
}
