/* A random world for two Linux hosts, as a scenario's text: made from its number alone. */
#ifndef TESTS_ORACLE_WORLD_H
#define TESTS_ORACLE_WORLD_H

#include <glib.h>

/* `profile` is a path or a name; free with g_free(). */
char *world_text(guint64 number, const char *profile);

#endif
