/* Collects the words. */
#include "scenario_words.h"

#include <glib.h>

#include "proto/error.h"
#include "proto/keys.h"
#include "proto/segment.h"
#include "proto/state.h"
#include "scenario/scenario.h"

/* What no table has. */
static const char *const others[] = {
    "a",
    "b",
    "c",
    "a.1",
    "b.2",
    "client",
    "server",
    "0",
    "0s",
    "1ns",
    "200ms",
    "1s",
    "75s",
    "24h",
    "0%",
    "50%",
    "100%",
    "1,1,1",
    "1k",
    "64k",
    "1M",
    "1bit",
    "10mbit",
    "#0",
    "#1",
    "#2..",
    "#4..2",
    "#1,3..5",
    "->",
    "a->b",
    "b->a",
    "80",
    "65535",
    "65536",
    "4294967295",
    "-1",
    "random",
    "a.iss",
    "b.1.irs",
    "a.snd_nxt+1",
    "S.",
    "\"x y\"",
    "\"",
    "\\",
    "\t",
    "\r",
    "\x1b[2J",
    "\xff",
    "\xc2\xa0",
    "é",
    "漢",
    "“",
    "\xef\xbb\xbf",
    "1e9",
    "1.5",
    "0.0000000001s",
    "18446744073709551616",
    "9223372036s",
    "=",
    "..",
    "linux-6.18",
    "rfc793",
    "lwip",
    "within",
    "none",
};

static void add(GPtrArray *words, const char *word)
{
    g_ptr_array_add(words, g_strdup(word));
}

static void add_keys(GPtrArray *words, KeyScope scope)
{
    size_t count;
    const Key *keys = key_table(scope, &count);

    for (size_t i = 0; i < count; i++) {
        g_ptr_array_add(words, g_strdup_printf("%s=%s", keys[i].name, keys[i].initial));
        g_auto(GStrv) values = g_strsplit(keys[i].words != NULL ? keys[i].words : "", "|", -1);
        for (guint j = 0; values[j] != NULL; j++)
            g_ptr_array_add(words, g_strdup_printf("%s=%s", keys[i].name, values[j]));
    }
}

/* The help shows every form: what is no word of the language there, is as good as any wrong one. */
static void add_help(GPtrArray *words)
{
    g_autofree char *help = scenario_help();
    g_auto(GStrv) all = g_strsplit_set(help, " \n[]|", -1);

    for (guint i = 0; all[i] != NULL; i++)
        if (*all[i] != '\0')
            add(words, all[i]);
}

static GPtrArray *collect(void)
{
    GPtrArray *words = g_ptr_array_new();

    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        add(words, others[i]);
    for (guint i = 0; i < TCP_STATE_COUNT; i++)
        add(words, tcp_state_name((TcpState)i));
    for (guint i = 0; i < SEGMENT_CLASS_COUNT; i++)
        add(words, segment_class_name((SegmentClass)i));
    for (guint i = 0; i < TCP_ERROR_COUNT; i++)
        add(words, tcp_error_name((TcpError)i));
    add_keys(words, KEY_SCOPE_HOST);
    add_keys(words, KEY_SCOPE_LINK);
    add_help(words);
    return words;
}

const char *scenario_word(uint64_t seed)
{
    static GPtrArray *words;

    if (words == NULL)
        words = collect();
    return g_ptr_array_index(words, seed % words->len);
}
