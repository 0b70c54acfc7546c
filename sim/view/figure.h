/* A figure as RFC 9293 §3.5 draws them: numbered lines, a peer at either side, the segment between.
 * Knows where things stand, not what is said; rfc.c says it.
 */
#ifndef TCPWALTZ_VIEW_FIGURE_H
#define TCPWALTZ_VIEW_FIGURE_H

#include <glib.h>

typedef enum FigureSide {
    FIGURE_LEFT,
    FIGURE_RIGHT,
    FIGURE_SIDES,
} FigureSide;

/* A line: what stands at either side, and the segment if there is one.  All text is ASCII. */
typedef struct FigureLine {
    const char *cell[FIGURE_SIDES]; /* a state, or "(lost)"; "" for nothing; borrowed */
    const char *mark[FIGURE_SIDES]; /* "-->", "<--", "...", "XXX", beside the segment; borrowed */
    char *segment;                  /* "<SEQ=100><CTL=SYN>", broken between > and <; NULL: none */
    GPtrArray *above[FIGURE_SIDES]; /* char *: comments in rows of their own, before and behind */
    GPtrArray *below[FIGURE_SIDES];
} FigureLine;

typedef struct Figure {
    GPtrArray *lines; /* FigureLine * */
} Figure;

Figure *figure_new(void);
void figure_free(Figure *figure);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Figure, figure_free)

/* A line at the end, empty; the figure owns it. */
FigureLine *figure_add(Figure *figure);

/* The figure with the peers' titles above and its caption below ("": none), 72 columns wide. */
void figure_write(const Figure *figure, const char *const titles[FIGURE_SIDES], const char *caption,
                  GString *out);

#endif
