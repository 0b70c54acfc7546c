/* Answers: what `run --ask` prints can be expected of the run that it was read off. */
#ifndef TESTS_WORLDS_ANSWERS_H
#define TESTS_WORLDS_ANSWERS_H

#include <glib.h>

#include "scenario/scenario.h"
#include "trace/trace.h"

/* Asks every question about the trace that this scenario gave, and puts the answers behind it as
 * expectations.  What is broken ("answers: …"); NULL: all of them hold.  Free with g_free(). */
char *answers_broken(const char *text, gsize length, const ScenarioOptions *options,
                     const Plan *plan, const Trace *trace);

#endif
