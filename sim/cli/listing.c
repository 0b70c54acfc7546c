/* The list for programs: a line a thing, fields separated by tabs, "-" for an empty one.
 *
 *   command  NAME  ARGUMENTS  SUMMARY
 *   option   COMMAND  --LONG  -SHORT  ARGUMENT  WORDS  HELP     COMMAND is "-" for tcpwaltz itself
 *   topic    NAME
 *   bench    NAME
 *   profile  NAME  TITLE
 *   lesson   NUMBER  TITLE
 *   symptom  NAME  TITLE
 *
 * WORDS are what the option takes, separated by blanks, read from its help text: "light or dark",
 * "auto (on a terminal), always or never", "how to show it: timeline, segments".
 */
#include "cli/listing.h"

#include <string.h>

#include "cli/benches.h"
#include "cli/lesson_file.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "escape/escape.h"
#include "scenario/aliases.h"
#include "scenario/scenario.h"
#include "symptom/symptom.h"

/* A field, in which nothing is left that would end it. */
static void append_field(GString *out, const char *text)
{
    g_string_append_c(out, '\t');
    escape_terminal(text != NULL && *text != '\0' ? text : "-", out);
}

/* The text without what stands in parentheses; free with g_free(). */
static char *without_remarks(const char *text)
{
    GString *out = g_string_new(NULL);
    int depth = 0;

    for (; *text != '\0'; text++) {
        depth += *text == '(';
        if (depth == 0)
            g_string_append_c(out, *text);
        depth -= *text == ')' && depth > 0;
    }
    return g_string_free(out, FALSE);
}

static gboolean is_word(const char *text)
{
    if (!g_ascii_isalnum(*text))
        return FALSE;
    for (; *text != '\0'; text++) {
        if (!g_ascii_isalnum(*text) && *text != '-')
            return FALSE;
    }
    return TRUE;
}

/* "a b c" from "...: a, b or c"; NULL when the text does not end with two words or more. */
static char *words_of(const char *help)
{
    g_autofree char *text = without_remarks(help);
    const char *colon = g_strrstr(text, ": ");
    g_autoptr(GRegex) between = g_regex_new(" *(?:, *or |, *| or ) *", 0, 0, NULL);
    g_auto(GStrv) words = g_regex_split(between, colon != NULL ? colon + 2 : text, 0);

    for (guint i = 0; words[i] != NULL; i++) {
        g_strstrip(words[i]);
        if (!is_word(words[i]))
            return NULL;
    }
    return g_strv_length(words) > 1 ? g_strjoinv(" ", words) : NULL;
}

static void append_option(GString *out, const char *command, const GOptionEntry *entry)
{
    const char *argument = entry->arg_description;
    const char *help = entry->description != NULL ? entry->description : "";
    g_autofree char *name = g_strconcat("--", entry->long_name, NULL);
    char short_name[3] = {'-', entry->short_name, '\0'};
    g_autofree char *words = argument != NULL ? words_of(help) : NULL;

    g_string_append(out, "option");
    append_field(out, command);
    append_field(out, name);
    append_field(out, entry->short_name != 0 ? short_name : "");
    append_field(out, argument);
    append_field(out, words);
    append_field(out, help);
    g_string_append_c(out, '\n');
}

void listing_options(const Command *command, const GOptionEntry *const *tables, GString *out)
{
    static const GOptionEntry help = {"help", 'h', 0, G_OPTION_ARG_NONE, NULL, "this help", NULL};

    for (; *tables != NULL; tables++) {
        for (const GOptionEntry *entry = *tables; entry->long_name != NULL; entry++) {
            if (!(entry->flags & G_OPTION_FLAG_HIDDEN))
                append_option(out, command->name, entry);
        }
    }
    append_option(out, command->name, &help);
}

static void append_commands(GString *out)
{
    for (gsize i = 0; i < command_count; i++) {
        g_string_append(out, "command");
        append_field(out, commands[i]->name);
        append_field(out, commands[i]->arguments);
        append_field(out, commands[i]->summary);
        g_string_append_c(out, '\n');
    }
}

/* Those of tcpwaltz itself; main.c reads them. */
static void append_own_options(GString *out)
{
    static const GOptionEntry own[] = {
        {"help", 'h', 0, G_OPTION_ARG_NONE, NULL, "what there is", NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, NULL, "the program's version", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(own); i++)
        append_option(out, "-", &own[i]);
}

static void append_profiles(GString *out)
{
    g_auto(GStrv) folders = paths_profiles();
    ScenarioOptions options = {.profile_dirs = (const char *const *)folders};
    g_auto(GStrv) names = profile_names(&options);

    for (char **name = names; *name != NULL; name++) {
        g_autoptr(Diagnostics) unsaid = diagnostics_new();
        g_autoptr(Profile) profile = profile_load(*name, &options, unsaid);

        g_string_append(out, "profile");
        append_field(out, *name);
        append_field(out, profile != NULL ? profile->title : NULL);
        g_string_append_c(out, '\n');
    }
}

/* What leads to a profile by a word that can be completed: not a range of versions. */
static void append_aliases(GString *out)
{
    gsize count;
    const ProfileAlias *aliases = profile_aliases(&count);

    for (gsize i = 0; i < count; i++) {
        g_autofree char *title = g_strconcat("leads to ", aliases[i].profile, NULL);

        if (aliases[i].from != NULL || aliases[i].is_near)
            continue;
        g_string_append(out, "profile");
        append_field(out, aliases[i].family);
        append_field(out, title);
        g_string_append_c(out, '\n');
    }
}

static void append_benches(GString *out)
{
    for (gsize i = 0; i < bench_count; i++) {
        g_string_append(out, "bench");
        append_field(out, benches[i].name);
        g_string_append_c(out, '\n');
    }
}

static void append_lessons(GString *out)
{
    g_autoptr(GPtrArray) entries = lesson_entries();

    for (guint i = 0; i < entries->len; i++) {
        const LessonEntry *entry = g_ptr_array_index(entries, i);

        g_string_append_printf(out, "lesson\t%s", entry->name);
        append_field(out, entry->title);
        g_string_append_c(out, '\n');
    }
}

static void append_symptoms(GString *out)
{
    g_auto(GStrv) folders = paths_symptoms();
    g_autoptr(Diagnostics) unsaid = diagnostics_new();
    g_autoptr(GPtrArray) shelf = symptom_shelf((const char *const *)folders, unsaid);

    for (guint i = 0; i < shelf->len; i++) {
        const Symptom *symptom = g_ptr_array_index(shelf, i);

        g_string_append(out, "symptom");
        append_field(out, symptom->name);
        append_field(out, symptom->title);
        g_string_append_c(out, '\n');
    }
}

/* Every subcommand knows its options alone: it writes them when asked. */
static int write_options(void)
{
    int status = STATUS_FINE;

    for (gsize i = 0; i < command_count; i++) {
        g_auto(GStrv) argv = g_new0(char *, 3);

        argv[0] = g_strdup(commands[i]->name);
        argv[1] = g_strdup("--" LISTING_OPTION);
        status = status_worse(status, commands[i]->run(2, argv));
    }
    return status;
}

int listing_write(const char *const *topics)
{
    g_autoptr(GString) out = g_string_new(NULL);
    int status;

    append_commands(out);
    append_own_options(out);
    for (; *topics != NULL; topics++) {
        g_string_append(out, "topic");
        append_field(out, *topics);
        g_string_append_c(out, '\n');
    }
    append_benches(out);
    append_profiles(out);
    append_aliases(out);
    append_lessons(out);
    append_symptoms(out);
    status = output_standard(out->str, out->len);
    return status_worse(status, write_options());
}
