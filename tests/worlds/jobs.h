/* Many worlds on several processes: a world that ends its process (an assertion, a sanitizer, no end) is
 * found like any other that fails, and the others go on.  What is told does not depend on the number of
 * processes.
 */
#ifndef TESTS_WORLDS_JOBS_H
#define TESTS_WORLDS_JOBS_H

#include "hold.h"

typedef struct Failure {
    guint64 number; /* of the world */
    char what[240];
} Failure;

typedef struct JobsResult {
    guint64 worlds, failed, events;
    GArray *failures; /* Failure, in the order of their numbers: the first of each process */
} JobsResult;

/* Worlds first … first + count - 1. */
JobsResult jobs_run(const Hold *hold, guint64 first, guint64 count, guint processes);

/* The same for one text, in a process of its own: what is broken; NULL: nothing. */
char *jobs_hold(const Hold *hold, const char *text, gsize length);

#endif
