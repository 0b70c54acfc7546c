/* How text views look: signs, colours, and text of strangers made fit for a terminal.
 */
#ifndef TCPWALTZ_VIEW_STYLE_H
#define TCPWALTZ_VIEW_STYLE_H

#include <glib.h>

#include "view/view.h"

typedef enum ViewColour {
    VIEW_PLAIN,
    VIEW_DIM,
    VIEW_TITLE,
    VIEW_AGAIN, /* sent again */
    VIEW_STATE,
    VIEW_TIMER,
    VIEW_APP,
    VIEW_BAD, /* lost, refused, failed */
    VIEW_COLOUR_COUNT,
} ViewColour;

typedef struct ViewStyle {
    gboolean unicode, colour;
    gboolean ascii_only;
    guint width;
    const char *becomes; /* between two states or two timeouts */
    const char *wire;    /* one column of an arrow */
    const char *to_right, *to_left;
    const char *lost;      /* where an arrow ends early */
    const char *rule;      /* one column of the line below the header */
    GHashTable *catalogue; /* of the options */
} ViewStyle;

/* `options` may be NULL: plain ASCII, 100 columns. */
ViewStyle view_style(const ViewOptions *options);

/* Appends `text`, in colour if the style has any. */
void view_paint(const ViewStyle *style, ViewColour colour, const char *text, GString *out);

/* Appends text that we did not write (titles, names, rules) by way of escape_terminal().  Without Unicode signs become ASCII, "→"
 * is "->", and letters stay, whatever their script; with ascii_only they become ASCII, too: "é" is "e", and what has no
 * likeness is "?". */
void view_clean(const ViewStyle *style, const char *text, GString *out);

/* The text in lines of at most so many columns, broken at blanks: a longer word stands alone.
 * NULL-terminated, empty for no text; free with g_strfreev(). */
char **view_broken(const char *text, guint columns);

void view_repeat(const char *sign, guint times, GString *out);

/* Columns that the text takes up on a terminal. */
guint view_columns(const char *text);

/* The same, up to the first `end`. */
guint view_columns_until(const char *text, char end);

#endif
