/* The table of subcommands. */
#include "cli/command.h"

#include <string.h>

const Command *const commands[] = {
    &command_run,     &command_live,    &command_check,    &command_compare, &command_identify,
    &command_explain, &command_explore, &command_sweep,    &command_pcap,    &command_scenario_from,
    &command_table,   &command_plot,    &command_profiles, &command_lessons, &command_lesson,
    &command_page,    &command_bench,   &command_help,
};

const gsize command_count = G_N_ELEMENTS(commands);

const Command *command_find(const char *name)
{
    for (gsize i = 0; i < command_count; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    }
    return NULL;
}
