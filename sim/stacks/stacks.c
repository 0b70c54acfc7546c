/* The table of stacks, and who is one. */
#include "stacks/stacks.h"

#include <string.h>

#include "config.h"
#include "scenario/stacks.h"

static const struct {
    const char *name; /* scenario/stacks.h */
    LabNode *(*make)(LabHost *host, char **trouble);
} stacks[] = {
#ifdef TCPWALTZ_LWIP
    {"lwip", lwip_new},
#endif
#ifdef TCPWALTZ_SLIRP
    {"slirp", slirp_node_new},
#endif
    {NULL, NULL},
};

const char *const *stacks_names(void)
{
    static const char *names[G_N_ELEMENTS(stacks)];
    static gsize ready = 0;

    if (g_once_init_enter(&ready)) {
        for (gsize i = 0; i < G_N_ELEMENTS(stacks); i++)
            names[i] = stacks[i].name;
        g_once_init_leave(&ready, 1);
    }
    return names;
}

/* A session has nothing of its own: each host is its node's. */
static gpointer begin(const LabReality *reality, const Plan *plan, char **trouble)
{
    (void)reality;
    (void)trouble;
    return (gpointer)(gsize)plan;
}

static void end(gpointer session)
{
    (void)session;
}

/* A plan names only those that are there (ScenarioOptions.stacks). */
static LabNode *node(gpointer session, LabHost *host, char **trouble)
{
    const Plan *plan = session;
    const ScenarioStack *stack = g_array_index(plan->hosts, PlanHost, lab_node_index(host)).stack;

    for (gsize i = 0; stack != NULL && stacks[i].name != NULL; i++) {
        if (strcmp(stacks[i].name, stack->name) == 0)
            return stacks[i].make(host, trouble);
    }
    return NULL;
}

const LabReality *stacks_reality(void)
{
    static const LabReality reality = {.begin = begin, .end = end, .node = node};

    return &reality;
}
