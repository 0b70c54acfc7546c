/* tcpwaltz plot --kind sweep: results of a sweep as a picture. */
#ifndef TCPWALTZ_CLI_PLOT_SWEEP_H
#define TCPWALTZ_CLI_PLOT_SWEEP_H

#include <glib.h>

typedef struct PlotSweepOptions {
    char *style_word, *ask, *over; /* as given; NULL: not given */
    char **where;
    const char *title; /* that the picture is to have; NULL: its own */
} PlotSweepOptions;

/* --style, --ask, --over, --where; the last one is empty. */
enum { PLOT_SWEEP_ENTRIES = 5 };
void plot_sweep_entries(PlotSweepOptions *options, GOptionEntry out[PLOT_SWEEP_ENTRIES]);
void plot_sweep_options_clear(PlotSweepOptions *options);

/* Which of its options was given; NULL: none. */
const char *plot_sweep_option(const PlotSweepOptions *options);

/* The table of the results in these files.  FALSE, and said. */
gboolean plot_sweep_tell(const PlotSweepOptions *options, char *const *files, GString *table);

#endif
