/* The page of a picture: texts, marks, bars, lines, each at its place in pixels (x to the right, y
 * downwards), collected and then written as the table of docs/plot-data.md.
 */
#ifndef TCPWALTZ_PLOT_PAGE_H
#define TCPWALTZ_PLOT_PAGE_H

#include <glib.h>

#include "core/time.h"
#include "plot/axis.h"
#include "trace/trace.h"

/* Heights of letters are 17, 12 and 10 pixels. */
typedef enum PlotSize {
    PLOT_TITLE,
    PLOT_TEXT,
    PLOT_SMALL,
    PLOT_SIZE_COUNT,
} PlotSize;

typedef enum PlotAlign {
    PLOT_LEFT,
    PLOT_CENTER,
    PLOT_RIGHT,
    PLOT_ALIGN_COUNT,
} PlotAlign;

typedef struct PlotPage {
    double width, height;
    guint left_out; /* labels for which there was no room */
    GString *texts, *marks, *boxes, *lines, *curves;
} PlotPage;

PlotPage *plot_page_new(void);
void plot_page_free(PlotPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlotPage, plot_page_free)

/* How wide a text is in a common sans-serif font; narrower fonts leave some room. */
double plot_text_width(const char *text, PlotSize size);

/* y is the middle of the line.  `role` says what the text is about, for its colour. */
void plot_page_text(PlotPage *page, double x, double y, PlotAlign align, PlotSize size,
                    const char *role, const char *text);

/* `what` is one of the marks of docs/plot-data.md, as for boxes and lines below. */
void plot_page_mark(PlotPage *page, double x, double y, const char *what, SimTime t,
                    const char *host, const char *segment);

/* What a box stands for besides its place. */
typedef struct PlotSpan {
    SimTime from, to;
    const char *host, *name;
} PlotSpan;

void plot_page_box(PlotPage *page, double x1, double y1, double x2, double y2, const char *what,
                   const PlotSpan *span);

/* An arrow has its head at x2, y2; whether it has one is a matter of `what`. */
void plot_page_line(PlotPage *page, double x1, double y1, double x2, double y2, const char *what);

/* A curve: its points, then its end. */
void plot_page_point(PlotPage *page, double x, double y, const char *what);
void plot_page_end_curve(PlotPage *page);

void plot_page_write(const PlotPage *page, const char *kind, PlotScale scale, GString *out);

/* "3 s", "82.957 ms": five digits are enough on a picture. */
void plot_time(SimTime t, GString *out);

/* "3.0101": seconds, as fine as it takes to tell instants apart that are a `unit` from each other
 * (0: exact).  Free with g_free(). */
char *plot_seconds(SimTime t, SimTime unit);

/* --- what pictures have in common --------------------------------------------------------- */

/* The title and below it the source; returns the y below. */
double plot_page_title(PlotPage *page, double x, const char *title, const char *source);

/* The same of a run, and below it what was run (view/setup.h). */
double plot_page_head(PlotPage *page, double x, const Trace *trace);

typedef enum PlotSign {
    PLOT_SIGN_MARK,
    PLOT_SIGN_BOX,
    PLOT_SIGN_LINE,
} PlotSign;

/* One sign of the legend. */
typedef struct PlotLegend {
    const char *what; /* a mark, box or line */
    PlotSign sign;
    const char *text;
} PlotLegend;

/* In lines between x and right; returns the y below. */
double plot_page_legend(PlotPage *page, double x, double y, double right, const PlotLegend *legend,
                        guint count);

/* --- places for labels -------------------------------------------------------------------- */

/* Rows of labels, filled from the left to the right. */
enum { PLOT_ROWS_MAX = 16 };

typedef struct PlotRows {
    guint count; /* that may be used */
    guint used;
    double ends[PLOT_ROWS_MAX]; /* where the last label of each row ends */
} PlotRows;

void plot_rows_init(PlotRows *rows, guint count, double left);

/* The first row in which [x1, x2] is free, which it is not afterwards; -1: none. */
int plot_rows_place(PlotRows *rows, double x1, double x2);

#endif
