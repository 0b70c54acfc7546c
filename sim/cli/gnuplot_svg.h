/* What gnuplot writes as SVG, made ours. */
#ifndef TCPWALTZ_CLI_GNUPLOT_SVG_H
#define TCPWALTZ_CLI_GNUPLOT_SVG_H

#include "cli/gnuplot.h"

/* Names it by its title, makes it as large as is wanted, and has it follow its reader: `dark` is the same picture
 * in the dark theme, NULL: it stays as it is.  *bytes (of g_malloc()) are replaced. */
void gnuplot_svg_finish(const GnuplotTask *task, const char *dark, char **bytes, gsize *length);

#endif
