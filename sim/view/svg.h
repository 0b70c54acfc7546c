/* The ladder as SVG, for a file of its own and for a page. */
#ifndef TCPWALTZ_VIEW_SVG_H
#define TCPWALTZ_VIEW_SVG_H

#include "view/phrase.h"

/* The whole <svg> element.  Its texts are the context's: of a style with Unicode and without colours. */
void svg_ladder(const ViewContext *context, const ViewOptions *options, GString *out);

#endif
