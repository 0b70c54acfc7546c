/* One text through the parser of scenarios, and everything that must hold whatever it says. */
#ifndef TESTS_FUZZ_SCENARIO_TARGET_H
#define TESTS_FUZZ_SCENARIO_TARGET_H

#include <glib.h>

/* Aborts when something does not hold.  Returns whether the text was a good scenario. */
gboolean scenario_target(const char *text, gsize length);

#endif
