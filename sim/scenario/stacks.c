/* The table of stacks that can be linked in. */
#include "scenario/stacks.h"

#include <string.h>

static const char *const lwip_keys[] = {"mss",
                                        "nagle",
                                        "keepalive",
                                        "tcp_keepalive_time",
                                        "tcp_keepalive_intvl",
                                        "tcp_keepalive_probes",
                                        NULL};

static const char *const slirp_keys[] = {"mss", "tick-phase", NULL};

/* libslirp src/if.h: IF_MTU_MAX is 65,521, of which 40 are headers. */
enum { SLIRP_MSS_MOST = 65481 };

static const ScenarioStack stacks[] = {
    {"lwip!", "lwip", "lwip", "lwIP", "liblwip-dev", lwip_keys, G_MAXINT64},
    {"slirp!", "slirp", "bsd-4.4", "libslirp", "libslirp-dev", slirp_keys, SLIRP_MSS_MOST},
};

const ScenarioStack *scenario_stack_find(const char *word)
{
    for (gsize i = 0; i < G_N_ELEMENTS(stacks); i++) {
        if (strcmp(stacks[i].word, word) == 0)
            return &stacks[i];
    }
    return NULL;
}

const char **scenario_stack_words(void)
{
    const char **words = g_new0(const char *, G_N_ELEMENTS(stacks) + 1);

    for (gsize i = 0; i < G_N_ELEMENTS(stacks); i++)
        words[i] = stacks[i].word;
    return words;
}
