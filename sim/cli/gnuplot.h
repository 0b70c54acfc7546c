/* Gnuplot: draws a table of docs/plot-data.md with a script of plots/. */
#ifndef TCPWALTZ_CLI_GNUPLOT_H
#define TCPWALTZ_CLI_GNUPLOT_H

#include <glib.h>

typedef struct GnuplotTask {
    const char *script;  /* a file */
    const char *library; /* the folder where it finds common.gp */
    const GString *table;
    const char *format;  /* "svg", "png", "pdf" */
    const char *theme;   /* "light", "dark"; "auto": an SVG follows its reader, others are light */
    guint width, height; /* pixels to fit into; 0: its own */
} GnuplotTask;

/* Draws it into *picture (free with g_free()) of *length bytes.  FALSE, and said on standard error,
 * when there is no gnuplot or when it fails. */
gboolean gnuplot_draw(const GnuplotTask *task, char **picture, gsize *length);

#endif
