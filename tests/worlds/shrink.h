/* The least part of a world that still fails in the same way. */
#ifndef TESTS_WORLDS_SHRINK_H
#define TESTS_WORLDS_SHRINK_H

#include "hold.h"

/* NULL when nothing is broken.  Free with g_free(). */
char *shrink(const Hold *hold, const char *text);

#endif
