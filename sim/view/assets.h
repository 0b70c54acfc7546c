/* Files that pictures and pages carry within: style and script, made arrays at build time. */
#ifndef TCPWALTZ_VIEW_ASSETS_H
#define TCPWALTZ_VIEW_ASSETS_H

#include <glib.h>

typedef struct Asset {
    const char *name; /* "ladder", of page/ladder.css; NULL behind the last */
    const char *text;
    gsize length;
} Asset;

extern const Asset view_assets[];

/* The text; there is one of this name. */
const char *asset(const char *name);

#endif
