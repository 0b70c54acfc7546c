/* An event as a sentence. */
#ifndef TCPWALTZ_VIEW_SENTENCE_H
#define TCPWALTZ_VIEW_SENTENCE_H

#include "view/phrase.h"

/* "client sends SYN seq=0: connect called [RFC 9293 §3.10.1]". */
void sentence_append(const ViewContext *context, const TraceEvent *event, GString *out);

#endif
