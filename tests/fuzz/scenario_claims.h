/* What must hold of a scenario's text, whatever it says: an error or a plan, never both; errors point into
 * the text and are safe to print; a plan refers only to what it has.
 */
#ifndef TESTS_FUZZ_SCENARIO_CLAIMS_H
#define TESTS_FUZZ_SCENARIO_CLAIMS_H

#include "scenario/scenario.h"

/* The plan, NULL: it is no scenario.  Ends the process where something does not hold. */
Plan *scenario_claims_parse(const char *text, gsize length, const ScenarioOptions *options);

/* The same of a profile. */
Profile *scenario_claims_profile(const char *path, const char *text, gsize length,
                                 const ScenarioOptions *options);

#endif
