/* Profiles as text: every key of one with its source, and the keys in which two differ. */
#ifndef TCPWALTZ_CLI_PROFILE_TEXT_H
#define TCPWALTZ_CLI_PROFILE_TEXT_H

#include <glib.h>

#include "scenario/scenario.h"

/* Its title, what it says of itself, and a line a key: its value and where that is known from. */
void profile_append(GString *out, const Profile *profile);

/* How many keys differ in value, and of each both values with their sources. */
void profile_append_diff(GString *out, const Profile *a, const Profile *b);

#endif
