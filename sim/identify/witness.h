/* The second witness: what an opening segment looks like.  Private to identify/. */
#ifndef TCPWALTZ_IDENTIFY_WITNESS_H
#define TCPWALTZ_IDENTIFY_WITNESS_H

#include "identify/world.h"

/* What was seen beside what the profile sends; keys that the profile does not know say nothing. */
IdentifyWitness identify_witness(const IdentifySubject *subject, const Profile *profile,
                                 const IdentifyOpening *opening);

#endif
