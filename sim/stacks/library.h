/* Opening the library of a stack: it is not linked, so that its names stay its own and a program that has
 * it runs where it is missing.
 */
#ifndef TCPWALTZ_STACKS_LIBRARY_H
#define TCPWALTZ_STACKS_LIBRARY_H

#include <glib.h>

/* One of them, for as long as the process lasts. */
typedef struct Library {
    const char *title, *file; /* "lwIP", "liblwip.so.0" */
    const char *const *names; /* of its functions and variables, … */
    void **members;           /* … whose addresses go here */
    gsize count;              /* of both */
    void *open;               /* dlopen()'s; NULL: not yet */

    /* Whatever else is to be done with it, once; it is told one of the addresses.  NULL: nothing. */
    gboolean (*opened)(gconstpointer inside);
} Library;

/* FALSE: *trouble says why (free with g_free()).  For any number of threads. */
gboolean library_open(Library *library, char **trouble);

#endif
