/* What a run of a profile predicts, beside what was seen.  Private to identify/. */
#ifndef TCPWALTZ_IDENTIFY_JUDGE_H
#define TCPWALTZ_IDENTIFY_JUDGE_H

#include "identify/world.h"

/* Fills tier, waits, explained, answers, likelihood, hz and what comes next of `fit`, whose clock is set. */
void identify_judge(const IdentifySubject *subject, const Trace *trace, const IdentifyPast *past,
                    IdentifyFit *fit);

#endif
