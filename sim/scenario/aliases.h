/* Names that lead to a profile of another name: of a family of stacks (`linux`, `windows`), and of versions that one
 * profile stands for (`linux-5.10`, `freebsd-14`).  A table; what a profile's own file is called is looked for first.
 */
#ifndef TCPWALTZ_SCENARIO_ALIASES_H
#define TCPWALTZ_SCENARIO_ALIASES_H

#include <glib.h>

typedef struct ProfileAlias {
    const char *family; /* "linux" */
    const char *from,
        *to; /* "3.10", "6.4": versions, both included, 6.4.9 too; NULL: the family's name alone */
    const char *profile; /* "linux-3.10" */
    gboolean
        is_near; /* it is not those versions' own, only nearer than any other: suggested, not taken */
} ProfileAlias;

/* The table, a family's rows from old to new. */
const ProfileAlias *profile_aliases(gsize *count);

/* The name of the profile that `name` leads to; NULL: to none. */
const char *profile_alias(const char *name);

/* For a version of a family that no row has, a descendant, or a name that is written otherwise (`Linux`, `win10`):
 * the profile that is nearest; NULL: it is no family's. */
const char *profile_alias_nearest(const char *name);

/* "linux", "linux-3.10 to 6.4": what leads there; free with g_free(). */
char *profile_alias_text(const ProfileAlias *alias);

#endif
