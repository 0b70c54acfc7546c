/* The few lines below a timeline: how long connecting took, what was sent again, what was lost,
 * what was delivered, where everybody ended.
 */
#ifndef TCPWALTZ_VIEW_SUMMARY_H
#define TCPWALTZ_VIEW_SUMMARY_H

#include "view/phrase.h"

void view_summary(const ViewContext *context, GString *out);

#endif
