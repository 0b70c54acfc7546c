/* tcpwaltz help: the program, its subcommands, the scenario language, profiles. */
#include "cli/help.h"

#include <string.h>

#include "cli/command.h"
#include "cli/listing.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/pager.h"
#include "config.h"
#include "scenario/scenario.h"

/* Help on something that is no subcommand. */
typedef struct Topic {
    const char *name;
    const char *summary;
    char *(*text)(void); /* free with g_free() */
} Topic;

static char *scenario_topic(void)
{
    g_autofree char *language = scenario_help();
    g_autofree char *keys = scenario_help_keys();

    return g_strconcat(language, "\n", keys, NULL);
}

static char *profile_topic(void)
{
    static const char about[] =
        "A profile says what one stack does differently. It is a text file, NAME.profile:\n"
        "\n"
        "  title  \"A stack of mine\"\n"
        "  about  \"What is known about it.\"\n"
        "  base   rfc6298\n"
        "  set    initial-rto=3s tcp_syn_retries=4   source \"measured, May 2024\"\n"
        "  set    tcp_synack_retries=unknown\n"
        "\n"
        "What it does not set comes from its base, and what no base sets is the default below.\n"
        "'unknown' is an honest value: inherited from the base, and reported as unknown.\n"
        "A scenario names a profile (host client linux-2.4) or its path (host client "
        "./my.profile);\n"
        "TCPWALTZ_PROFILES may name folders to search, separated by colons.\n"
        "'tcpwaltz profiles NAME' shows every key of one, its value and its source.\n"
        "\n";
    g_autofree char *keys = scenario_help_keys();

    return g_strconcat(about, keys, NULL);
}

static char *flood_topic(void)
{
    static const char about[] =
        "A flood is forged segments at a rate; a series of connects, those who want to get in:\n"
        "\n"
        "  at 10s flood attacker->server SYN rate=20000/s count=600000 spoofed\n"
        "  at 0s  client connect server rate=10/s count=1000\n"
        "  expect server holds at most 128 half-open\n"
        "\n"
        "Floods of more than 1,000 segments, all of a scenario together, are counted, not listed.\n"
        "'tcpwaltz run --format counters' shows half-open connections, bytes held and clients let\n"
        "in by intervals; 'tcpwaltz plot --kind counters' draws them over time.\n";
    g_autofree char *options = scenario_help_flood();

    return g_strconcat(about, options, NULL);
}

static const Topic topics[] = {
    {"scenario", "the language of scenarios, and all keys", scenario_topic},
    {"profile", "how to describe a stack, and all keys", profile_topic},
    {"flood", "forged segments by the thousand, and who gets in", flood_topic},
};

char *help_overview(void)
{
    GString *out = g_string_new(NULL);

    g_string_append(out, "tcpwaltz " TCPWALTZ_VERSION
                         ": what happens to a TCP connection when the network misbehaves\n"
                         "while it opens or closes, in virtual time\n"
                         "\n"
                         "usage: tcpwaltz SUBCOMMAND [OPTION...] [ARGUMENT...]\n"
                         "       tcpwaltz --help | --version\n"
                         "\n");
    for (gsize i = 0; i < command_count; i++)
        g_string_append_printf(out, "  %-9s %-12s %s\n", commands[i]->name, commands[i]->arguments,
                               commands[i]->summary);
    g_string_append(out, "\nhelp is also on:\n");
    for (gsize i = 0; i < G_N_ELEMENTS(topics); i++)
        g_string_append_printf(out, "  %-22s %s\n", topics[i].name, topics[i].summary);
    g_string_append_printf(out, "  %-22s %s\n", "drop, connect, mss, ...",
                           "any statement, action, option, expectation or key");
    g_string_append(
        out, "\nexit status: 0 fine; 1 an expectation failed, or compare found a difference;\n"
             "2 wrong usage, unreadable input or unwritable output; 3 a defect of ours;\n"
             "of several files, the highest\n");
    return g_string_free(out, FALSE);
}

int help_unknown_command(const char *name)
{
    g_autofree const char **names = g_new0(const char *, command_count + 1);

    for (gsize i = 0; i < command_count; i++)
        names[i] = commands[i]->name;
    if (g_str_has_suffix(name, ".scn"))
        return say_usage(NULL, "unknown subcommand '%s': did you mean 'tcpwaltz run %s'?", name,
                         name);
    return say_unknown(NULL, "subcommand", name, names);
}

static int unknown_topic(const char *name)
{
    g_auto(GStrv) words = scenario_help_words();
    g_autofree const char **names =
        g_new0(const char *, command_count + G_N_ELEMENTS(topics) + g_strv_length(words) + 1);
    gsize count = 0;

    for (gsize i = 0; i < command_count; i++)
        names[count++] = commands[i]->name;
    for (gsize i = 0; i < G_N_ELEMENTS(topics); i++)
        names[count++] = topics[i].name;
    for (char **word = words; *word != NULL; word++)
        names[count++] = *word;
    return say_unknown(NULL, "help topic", name, names);
}

/* Long text on a terminal. */
static int show(const char *text, gboolean no_pager)
{
    return no_pager ? output_standard(text, strlen(text)) : pager_show(text);
}

static int help_on(const char *name, gboolean no_pager)
{
    const Command *command = command_find(name);

    if (command != NULL) {
        g_auto(GStrv) argv = g_new0(char *, 3);

        argv[0] = g_strdup(command->name);
        argv[1] = g_strdup("--help");
        return command->run(2, argv);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(topics); i++) {
        if (strcmp(topics[i].name, name) == 0) {
            g_autofree char *text = topics[i].text();

            return show(text, no_pager);
        }
    }
    g_autofree char *text = scenario_help_on(name);

    return text != NULL ? output_standard(text, strlen(text)) : unknown_topic(name);
}

static int list(void)
{
    const char *names[G_N_ELEMENTS(topics) + 1] = {NULL};

    for (gsize i = 0; i < G_N_ELEMENTS(topics); i++)
        names[i] = topics[i].name;
    return listing_write(names);
}

static int help(int argc, char **argv)
{
    gboolean wants_list = FALSE, no_pager = FALSE;
    const GOptionEntry own[] = {
        {"list", 0, 0, G_OPTION_ARG_NONE, &wants_list,
         "everything that can be completed, for programs to read", NULL},
        {"no-pager", 0, 0, G_OPTION_ARG_NONE, &no_pager, "no pager on a terminal", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, NULL};
    g_auto(GStrv) names = NULL;
    int status;

    if (!options_read(&command_help, tables, argc, argv, &names, &status))
        return status;
    if (wants_list)
        return names[0] == NULL ? list() : say_usage(&command_help, "--list takes no topic");
    if (names[0] == NULL) {
        g_autofree char *text = help_overview();

        return output_standard(text, strlen(text));
    }
    if (names[1] != NULL)
        return say_usage(NULL, "help takes one topic");
    return help_on(names[0], no_pager);
}

const Command command_help = {
    .name = "help",
    .arguments = "[TOPIC]",
    .summary = "help on a subcommand, on scenario, profile or flood, or on a word of the language",
    .about = NULL,
    .run = help,
};
