/* The laws that every world is held to.  Private to explore/. */
#ifndef TCPWALTZ_EXPLORE_LAWS_H
#define TCPWALTZ_EXPLORE_LAWS_H

#include "explore/circle.h"
#include "explore/watch.h"

/* Before watch_event(): may this happen?  The first breach is kept in watch->breach. */
void laws_of_event(Watch *watch, const TraceEvent *event);

/* After watch_event(). */
void laws_after_event(Watch *watch, const TraceEvent *event);

/* When all events were seen: may it end like that?  `known`: it was ended as it goes round in this circle; NULL:
 * it was not.  FALSE: nobody can tell, since a bound was met. */
gboolean laws_of_end(Watch *watch, const Circle *known);

/* The law is broken.  `expect` is a line that fails, or NULL; both texts are taken over.  Only the first breach
 * of what is held is kept. */
void law_break(Watch *watch, ExploreLaw law, char *text, char *expect);

#endif
