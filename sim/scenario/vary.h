/* One thing that a sweep varies: what `--set` could set, and the values that it takes one after the other.
 *
 *   client.tcp_syn_retries=0..8
 *   link.delay=0..100ms step 10ms
 *   client->server.loss=0%,1%,5%
 *   client.profile=linux-6.18,windows-xp
 *   rtt=10ms,20ms,50ms
 */
#ifndef TCPWALTZ_SCENARIO_VARY_H
#define TCPWALTZ_SCENARIO_VARY_H

#include <glib.h>

#include "proto/keys.h"
#include "scenario/diagnostics.h"
#include "scenario/plan.h"
#include "scenario/scenario.h"

typedef struct PlanAxis {
    char *text;     /* as given */
    char *target;   /* "client.tcp_syn_retries" */
    const Key *key; /* what a value is; NULL: a word, whatever it says */
    gboolean
        rereads; /* for each value the scenario has to be read again: a profile, or a value by name */
    GArray *items; /* PlanAxisItem */
    guint64 count; /* values, all items together: 1 to PLAN_AXIS_VALUES_MAX */
} PlanAxis;

/* A word as given, or a range. */
typedef struct PlanAxisItem {
    char *word; /* NULL: a range of the key's values, as a configuration holds them */
    gint64 first, step;
    guint64 count;
} PlanAxisItem;

enum { PLAN_AXIS_VALUES_MAX = 1000000 };

/* Reads an argument of the option `name`, which is about the plan's hosts and links.  All values are
 * looked at, and profiles are read.  NULL with diagnostics that point into the argument. */
PlanAxis *scenario_axis(const Plan *plan, const ScenarioOptions *options, const char *name,
                        const char *text, Diagnostics *diagnostics);
void plan_axis_free(PlanAxis *axis); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlanAxis, plan_axis_free)

/* The value `index`, from 0, as `--set` takes it: "10ms"; free with g_free(). */
char *plan_axis_value(const PlanAxis *axis, guint64 index);

#endif
