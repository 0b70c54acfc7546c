/* A subcommand: its name, its help, what runs it.  One file a subcommand; commands.c lists them. */
#ifndef TCPWALTZ_CLI_COMMAND_H
#define TCPWALTZ_CLI_COMMAND_H

#include <glib.h>

/* How the process ends.  Of several files, the highest. */
enum {
    STATUS_FINE = 0,
    STATUS_FAILED = 1,  /* an expectation failed */
    STATUS_TROUBLE = 2, /* usage, unreadable input, unwritable output */
    STATUS_DEFECT = 3,  /* a defect of ours */
};

/* The worse of two statuses. */
static inline int status_worse(int a, int b)
{
    return a > b ? a : b;
}

typedef struct Command {
    const char *name;
    const char *arguments;             /* "FILE..." */
    const char *summary;               /* one line, lower case */
    const char *about;                 /* what else its help says; ends without a newline */
    int (*run)(int argc, char **argv); /* argv[0] is the subcommand; returns a STATUS_ */
} Command;

extern const Command command_run, command_live, command_check, command_compare, command_identify,
    command_explain, command_explore, command_sweep, command_pcap, command_scenario_from,
    command_table, command_plot, command_profiles, command_lessons, command_lesson, command_page,
    command_bench, command_help;

/* All of them, in the order of the help. */
extern const Command *const commands[];
extern const gsize command_count;

/* NULL when there is none of this name. */
const Command *command_find(const char *name);

#endif
