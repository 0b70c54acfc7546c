/* Under sanitizers a test whose work is a number of cases takes a part of them: there each address that is
 * used is looked at, which some cases prove as well as all.  The build without sanitizers takes them all. */
#ifndef TESTS_UNIT_LESS_H
#define TESTS_UNIT_LESS_H

#include "core/compiler.h"

#ifdef ADDRESS_SANITIZED
enum { LESS = 8 };
#else
enum { LESS = 1 };
#endif

#endif
