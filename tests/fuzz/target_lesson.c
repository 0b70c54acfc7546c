/* A lesson: its marks, filled and filled again, and set for terminals of any width. */
#include <string.h>

#include "claims.h"
#include "fuzz.h"
#include "lesson/fill.h"
#include "lesson/render.h"

/* What a run might say: nothing, a fence, a comment's end, many lines. */
static char *evaluate(gpointer data, const LessonMark *mark)
{
    static const char *const says[] = {
        "", "3 s\n", "```\n", "-->", "<!-- /run -->\n", "a | b\n\n  c\n````\n", "3 s",
    };
    (void)data;

    return mark->kind == LESSON_ASK ? g_strdup("3 s")
                                    : g_strdup(says[strlen(mark->command) % G_N_ELEMENTS(says)]);
}

static char *fill(const char *text, const GPtrArray *marks, guint *differences)
{
    g_autoptr(GPtrArray) all =
        g_ptr_array_new_with_free_func((GDestroyNotify)lesson_difference_free);
    char *filled = lesson_fill(text, marks, evaluate, NULL, all);

    g_assert(filled != NULL);
    *differences = all->len;
    return filled;
}

/* What was filled says what the runs say. */
static void fill_twice(const char *text, const GPtrArray *marks)
{
    guint differences, none;
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autofree char *filled = fill(text, marks, &differences);
    g_autoptr(GPtrArray) again = lesson_marks("fuzz.md", filled, diagnostics);

    g_assert(differences <= marks->len);
    g_assert(again != NULL && again->len == marks->len);
    g_autofree char *same = fill(filled, again, &none);
    g_assert(none == 0);
    g_assert_cmpstr(filled, ==, same);
}

static void set(const char *text)
{
    static const LessonLook looks[] = {
        {.width = 100, .colour = TRUE, .unicode = TRUE},
        {.width = 1, .unicode = TRUE},
        {.width = 40, .folder = "docs/lessons"},
        {.width = 0},
    };

    for (guint i = 0; i < G_N_ELEMENTS(looks); i++) {
        g_autofree char *out = lesson_render(text, &looks[i]);
        g_autoptr(GString) lines = g_string_new(out);
        claim_lines(lines, looks[i].colour);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = fuzz_text(data, size);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();

    if (!g_utf8_validate(text, -1, NULL)) /* such a file is not read at all */
        return 0;
    g_autoptr(GPtrArray) marks = lesson_marks("fuzz.md", text, diagnostics);
    g_autofree char *said = diagnostics_format(diagnostics);
    g_assert((marks == NULL) == diagnostics_any(diagnostics));
    claim_printable(said, '\n');
    if (marks != NULL)
        fill_twice(text, marks);
    set(text);
    return 0;
}

static const char *const words[] = {
    "<!-- run: tcpwaltz run a.scn -->",
    "<!-- /run -->",
    "<!-- ask: a.scn \\| client sends SYN at -->",
    "<!-- ask: a.scn | client sends SYN at #2 -->",
    "<!-- /ask -->",
    "<!-- picture: tcpwaltz plot a.scn -o a.svg -->",
    "<!--",
    "-->",
    "```",
    "```text",
    "````",
    "~~~",
    "# ",
    "## ",
    "- ",
    "1. ",
    "> ",
    "| a | b |",
    "|---|---|",
    "|:-:|",
    "**",
    "*",
    "_",
    "`",
    "``",
    "[a](b.md)",
    "![a](b.svg)",
    "<details>",
    "<summary>",
    "</details>",
    "</summary>",
    "\\",
    "&lt;",
    "&amp;",
    "<br>",
    "é",
    "漢",
    "\xe2\x80\x8b",
    "\x1b[2J",
    "    ",
    "\t",
    "a\\|b",
    "\r",
};

const char *fuzz_word(uint64_t seed)
{
    return words[seed % G_N_ELEMENTS(words)];
}

char *fuzz_line(uint64_t seed)
{
    return g_strdup_printf("%s %s", fuzz_word(seed), fuzz_word(seed / G_N_ELEMENTS(words)));
}
