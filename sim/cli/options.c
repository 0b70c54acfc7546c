/* Options: GOption reads them; what it lacks (suggestions, our exit status) is here. */
#include "cli/options.h"

#include <string.h>

#include "cli/listing.h"
#include "cli/message.h"
#include "cli/output.h"

/* The long names of all entries as "--name". */
static GPtrArray *long_names(const GOptionEntry *const *tables)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (; *tables != NULL; tables++) {
        for (const GOptionEntry *entry = *tables; entry->long_name != NULL; entry++)
            g_ptr_array_add(names, g_strdup_printf("--%s", entry->long_name));
    }
    g_ptr_array_add(names, g_strdup("--help"));
    g_ptr_array_add(names, NULL);
    return names;
}

/* "-j2", as other programs have it: GLib takes the value of a short option only as a word of its own, so it is given
 * two words. */
static gboolean is_glued(const GOptionEntry *const *tables, const char *option)
{
    if (option[0] != '-' || option[1] == '-' || strlen(option) < 3)
        return FALSE;
    for (; *tables != NULL; tables++) {
        for (const GOptionEntry *entry = *tables; entry->long_name != NULL; entry++) {
            if (entry->short_name == option[1] && entry->arg != G_OPTION_ARG_NONE)
                return TRUE;
        }
    }
    return FALSE;
}

/* GLib names the culprit last: "Unknown option --sed=7". */
static int say_unknown_option(const Command *command, const GOptionEntry *const *tables,
                              const GError *error)
{
    g_autoptr(GPtrArray) names = long_names(tables);
    const char *last = strrchr(error->message, ' ');
    g_autofree char *option = g_strdup(last != NULL ? last + 1 : error->message);

    option[strcspn(option, "=")] = '\0';
    return say_unknown(command, "option", option, (const char *const *)names->pdata);
}

static int say_wrong_option(const Command *command, const GOptionEntry *const *tables,
                            const GError *error)
{
    if (g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
        return say_unknown_option(command, tables, error);
    return say_usage(command, "%s: %s", command->name, error->message);
}

/* "--live" alone, where a value may stand behind "=" (told as "[VALUE]"): GLib has no such thing. */
static gboolean has_optional_value(const GOptionEntry *const *tables, const char *word)
{
    if (!g_str_has_prefix(word, "--"))
        return FALSE;
    for (; *tables != NULL; tables++) {
        for (const GOptionEntry *entry = *tables; entry->long_name != NULL; entry++) {
            if (entry->arg_description != NULL && entry->arg_description[0] == '[' &&
                strcmp(entry->long_name, word + 2) == 0)
                return TRUE;
        }
    }
    return FALSE;
}

/* The words of the command line, up to "--", in GLib's forms. */
static char **as_glib_has_them(const GOptionEntry *const *tables, int argc, char **argv)
{
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    gboolean is_over = FALSE;

    for (int i = 0; i < argc; i++) {
        is_over = is_over || strcmp(argv[i], "--") == 0;
        if (!is_over && is_glued(tables, argv[i])) {
            char name[] = {'-', argv[i][1], '\0'};

            g_strv_builder_add_many(words, name, argv[i] + 2, NULL);
        } else {
            gboolean is_bare = !is_over && has_optional_value(tables, argv[i]);
            g_autofree char *word = g_strconcat(argv[i], is_bare ? "=" : NULL, NULL);

            g_strv_builder_add(words, word);
        }
    }
    return g_strv_builder_end(words);
}

static int give_help(GOptionContext *context)
{
    g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);

    return output_standard(text, strlen(text));
}

static int give_list(const Command *command, const GOptionEntry *const *tables)
{
    g_autoptr(GString) text = g_string_new(NULL);

    listing_options(command, tables, text);
    return output_standard(text->str, text->len);
}

gboolean options_read(const Command *command, const GOptionEntry *const *tables, int argc,
                      char **argv, char ***rest, int *status)
{
    gboolean help = FALSE, list = FALSE;
    g_autoptr(GError) error = NULL;
    g_autofree char *program = g_strdup_printf("tcpwaltz %s", command->name);
    g_autofree char *summary = g_strdup_printf("%s: %s.", program, command->summary);
    g_autoptr(GOptionContext) context = g_option_context_new(command->arguments);

    *rest = NULL;
    const GOptionEntry common[] = {
        {"help", 'h', 0, G_OPTION_ARG_NONE, &help, "this help", NULL},
        {LISTING_OPTION, 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &list, NULL, NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, rest, NULL, NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };

    g_set_prgname(program);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, command->about);
    for (const GOptionEntry *const *table = tables; *table != NULL; table++)
        g_option_context_add_main_entries(context, *table, NULL);
    g_option_context_add_main_entries(context, common, NULL);

    g_auto(GStrv) words = as_glib_has_them(tables, argc, argv);

    if (!g_option_context_parse_strv(context, &words, &error)) {
        *status = say_wrong_option(command, tables, error);
        return FALSE;
    }
    if (help || list) {
        g_strfreev(*rest);
        *rest = NULL;
        *status = list ? give_list(command, tables) : give_help(context);
        return FALSE;
    }
    if (*rest == NULL)
        *rest = g_new0(char *, 1);
    return TRUE;
}

gboolean option_number(const Command *command, const char *option, const char *text, guint64 *out)
{
    if (g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64, out, NULL))
        return TRUE;
    say_usage(command, "%s takes a whole number, not '%s'", option, text);
    return FALSE;
}

static const char *time_problem(SimTimeError error)
{
    static const char *const problems[] = {
        [SIM_TIME_NOT_A_NUMBER] = "a time is a number and a unit: 250ms, 90s, 2min",
        [SIM_TIME_NEGATIVE] = "a time is not negative",
        [SIM_TIME_NO_UNIT] = "a time needs its unit: ns, us, ms, s, min or h",
        [SIM_TIME_UNKNOWN_UNIT] = "the units are ns, us, ms, s, min and h",
        [SIM_TIME_TOO_FINE] = "finer than 1 ns",
        [SIM_TIME_TOO_LARGE] = "more than 292 years",
    };

    return problems[error];
}

gboolean option_time(const Command *command, const char *option, const char *text, OptionTime least,
                     SimTime *out)
{
    SimTimeError error = text != NULL ? sim_time_parse(text, strlen(text), out) : SIM_TIME_OK;

    if (error != SIM_TIME_OK) {
        say_usage(command, "%s '%s': %s", option, text, time_problem(error));
        return FALSE;
    }
    if (text != NULL && *out == 0 && least == OPTION_TIME_MORE_THAN_0) {
        say_usage(command, "%s must be more than 0", option);
        return FALSE;
    }
    return TRUE;
}

int option_word(const Command *command, const char *option, const char *text,
                const char *const *words)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0)
            return i;
    }

    g_autoptr(GString) what = g_string_new(NULL);

    g_string_append_printf(what, "value of %s", option);
    for (int i = 0; words[i] != NULL; i++)
        g_string_append_printf(what, "%s%s", i == 0 ? " (" : "|", words[i]);
    g_string_append_c(what, ')');
    say_unknown(command, what->str, text, words);
    return -1;
}
