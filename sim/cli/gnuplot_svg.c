/* What gnuplot writes as SVG, made ours: its name, its size, its colours in the dark. */
#include "cli/gnuplot_svg.h"

#include <stdio.h>
#include <string.h>

#include "escape/escape.h"

/* The title of the page: the first line of its role. */
static char *title_of(const GnuplotTask *task)
{
    static const char before[] = "\ttitle\ttitle\t";
    const char *found = strstr(task->table->str, before);

    if (found == NULL)
        return g_strdup("tcpwaltz");
    found += strlen(before);
    return g_strndup(found, strcspn(found, "\n"));
}

/* What gnuplot says of itself in an SVG: it is called "Gnuplot", and each of its parts by the clause of
 * common.gp that drew it, which browsers show to who points there. */
static void name_svg(const GnuplotTask *task, GString *picture)
{
    static const char part[] = "<title>DATA index ", end[] = "</title>";
    g_autofree char *title = title_of(task);
    g_autoptr(GString) named = g_string_new("<title>");
    const char *found;

    escape_xml(title, named);
    g_string_append(named, end);
    (void)g_string_replace(picture, "<title>Gnuplot</title>", named->str, 1);
    for (gsize at = 0; (found = strstr(picture->str + at, part)) != NULL;) {
        const char *behind = strstr(found, end);

        at = (gsize)(found - picture->str);
        if (behind == NULL)
            return;
        g_string_erase(picture, (gssize)at, behind + strlen(end) - found);
    }
}

/* An SVG has its proportions from its viewBox, and fits itself into what its head says. */
static void size_svg(const GnuplotTask *task, GString *picture)
{
    const char *head = strstr(picture->str, " width=\"");
    guint width, height;

    if (task->width == 0 || head == NULL ||
        sscanf(head, " width=\"%u\" height=\"%u\"", &width, &height) != 2 || width == 0)
        return;
    guint own = (guint)((guint64)task->width * height / width);
    g_autofree char *before = g_strdup_printf(" width=\"%u\" height=\"%u\"", width, height);
    g_autofree char *after = g_strdup_printf(" width=\"%u\" height=\"%u\"", task->width,
                                             task->height != 0 ? task->height : own);

    (void)g_string_replace(picture, before, after, 1);
}

/* "fill", of what stands before the value in <rect x="0" fill = "#ffffff">. */
static char *attribute(const char *before)
{
    gsize end = strlen(before), begin;

    while (end > 0 && strchr("= ", before[end - 1]) != NULL)
        end--;
    for (begin = end; begin > 0; begin--) {
        if (!g_ascii_isalpha(before[begin - 1]) && before[begin - 1] != '-')
            break;
    }
    return g_strndup(before + begin, end - begin);
}

/* The same picture in two themes differs in attributes that are colours, and for CSS they are properties. */
static void follow_theme(const char *dark, GString *picture)
{
    static const char *const colours[] = {"color", "fill", "stroke", "flood-color", NULL};
    g_auto(GStrv) ours = g_strsplit_set(picture->str, "\"'", -1);
    g_auto(GStrv) theirs = g_strsplit_set(dark, "\"'", -1);
    g_autoptr(GHashTable) rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GString) style =
        g_string_new("<style>\n@media screen and (prefers-color-scheme: dark) {\n");
    const char *canvas = strstr(picture->str, "<g ");

    for (guint i = 1; ours[i] != NULL && theirs[i] != NULL; i++) {
        g_autofree char *name = attribute(ours[i - 1]);
        char *rule;

        if (strcmp(ours[i], theirs[i]) == 0 || !g_strv_contains(colours, name))
            continue;
        rule = g_strdup_printf("[%s=\"%s\"] { %s: %s }\n", name, ours[i], name, theirs[i]);
        if (!g_hash_table_contains(rules, rule))
            g_string_append(style, rule);
        g_hash_table_add(rules, rule);
    }
    g_string_append(style, "}\n</style>\n");
    if (canvas != NULL)
        g_string_insert(picture, canvas - picture->str, style->str);
}

void gnuplot_svg_finish(const GnuplotTask *task, const char *dark, char **bytes, gsize *length)
{
    GString *picture = g_string_new_len(*bytes, (gssize)*length);

    if (dark != NULL)
        follow_theme(dark, picture);
    name_svg(task, picture);
    size_svg(task, picture);
    g_free(*bytes);
    *length = picture->len;
    *bytes = g_string_free(picture, FALSE);
}
