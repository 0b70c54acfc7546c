/* How the parser makes a plan. */
#ifndef TCPWALTZ_SCENARIO_PLAN_PRIVATE_H
#define TCPWALTZ_SCENARIO_PLAN_PRIVATE_H

#include "scenario/plan.h"

/* Without hosts, links, faults, steps and expectations; seed and stop at their defaults. */
Plan *plan_new(const char *file);

#endif
