/* What an exploration came to, as text. */
#ifndef TCPWALTZ_CLI_EXPLORE_TEXT_H
#define TCPWALTZ_CLI_EXPLORE_TEXT_H

#include <glib.h>

#include "explore/explore.h"

/* Worlds by their number of faults; the first that breaks a law; how it ended. */
void explore_append_report(const char *file, const Plan *plan, const ExploreOptions *options,
                           const ExploreResult *result, GString *out);

/* The pairs of states as a table, a row for each state of the end that called connect. */
void explore_append_states(const ExplorePairs *pairs, GString *out);

/* The same as a graph in Graphviz's language: which pair followed which. */
void explore_append_dot(const ExplorePairs *pairs, GString *out);

#endif
