/* What a simulation and a kernel can agree in. */
#ifndef TESTS_ORACLE_AGREE_H
#define TESTS_ORACLE_AGREE_H

#include <glib.h>

#include "facts.h"
#include "lab/lab.h"

/* Each level with those before it. */
typedef enum Level {
    LEVEL_SEGMENTS,     /* who sent which, in class, numbers, length and fate */
    LEVEL_TIMES,        /* each wait, within 2 ms */
    LEVEL_OPTIONS,      /* of all of them */
    LEVEL_WINDOWS,      /* of all of them */
    LEVEL_APPLICATIONS, /* what they were told */
    LEVEL_COUNT,
} Level;

extern const char *const level_names[LEVEL_COUNT];

/* The plan of a scenario in text, that uses profiles by name; NULL: it was said what is wrong. */
Plan *agree_plan(const char *text);

/* The plan's run with the wheel that the kernel had. */
Trace *agree_simulate(Plan *plan, const TraceWheel *wheel);

/* How many levels agree, from the first one on; of the next one its first difference, in words.  Without
 * `has_times` a real clock was asked, and whatever it says agrees. */
guint agree_levels(const Trace *simulated, const Facts *real, gboolean has_times,
                   GString *difference);

#endif
