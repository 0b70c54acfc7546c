/* Many pieces of work, several threads: what comes of each is told in their order, and does not depend on
 * the number of threads. */
#ifndef TCPWALTZ_LAB_ORDERED_H
#define TCPWALTZ_LAB_ORDERED_H

#include <glib.h>

typedef struct LabOrdered {
    guint64 count; /* the pieces are 0, 1, … count - 1 */
    guint threads; /* at least 1 */

    /* What a thread has for itself, made and ended on it; both may be NULL. */
    gpointer (*begin)(gpointer data);
    void (*end)(gpointer own);

    /* One piece.  Called on any thread, several at once: it may only read what it shares with others.
     * Threads take neighbouring pieces together, in their order. */
    gpointer (*work)(guint64 number, gpointer own, gpointer data);

    /* Called once a piece, in their order, on the thread that called lab_ordered_run(), with what work()
     * returned, which is now its own.  FALSE: no more. */
    gboolean (*tell)(gpointer result, guint64 number, gpointer data);

    /* Called on that thread some times a second: so many pieces are done.  FALSE: no piece is begun any more, and those
     * before the first one that is missing are told still.  May be NULL. */
    gboolean (*look)(guint64 done, gpointer data);

    GDestroyNotify drop; /* of results that are not told any more; may be NULL */
    gpointer data;       /* for all of them */
} LabOrdered;

/* Returns how many pieces were told: all of them, unless somebody said no.  Only few results a thread wait
 * to be told. */
guint64 lab_ordered_run(const LabOrdered *ordered);

#endif
