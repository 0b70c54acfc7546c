/* tcpwaltz: finds the subcommand and runs it.  Also what every subcommand relies on: standard
 * streams that are open, signals that end nothing halfway, defects that are called defects. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/memory.h"
#include "cli/message.h"
#include "cli/output.h"
#include "cli/virtual.h"
#include "config.h"
#include "core/memory.h"
#include "live/virtual.h"

/* A standard stream that the caller closed must not become the file that we open next.  Opened
 * the wrong way round, it fails as a closed one does. */
static void keep_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) == -1 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            _exit(STATUS_TROUBLE);
    }
}

/* An assertion failed; what it was has been said. */
static void on_abort(int signal_number)
{
    static const char text[] = "tcpwaltz: a defect of ours, not of your scenario: please report it "
                               "with the scenario and the line above\n";
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);

    (void)ignored;
    (void)signal_number;
    _exit(STATUS_DEFECT);
}

/* How GLib ends a program that the system refuses something: memory, or a thread. */
static void on_refusal(int signal_number)
{
    (void)signal_number;
    memory_exhausted(0);
}

/* Writes that fail say so by errno. */
static void set_signals(void)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGABRT, on_abort);
    signal(SIGTRAP, on_refusal);
    memory_say_exhausted();
    interrupt_expect(!live_virtual_is_inside());
}

static int print(const char *text)
{
    return output_standard(text, strlen(text));
}

static int unknown_option(const char *option)
{
    static const char *const options[] = {"--help", "--version", NULL};

    return say_unknown(NULL, "option", option, options);
}

static int run_command(int argc, char **argv)
{
    if (argc < 2) {
        g_autofree char *text = help_overview();

        say_trouble("which subcommand?");
        fprintf(stderr, "\n%s\n", text);
        return STATUS_TROUBLE;
    }

    const char *name = argv[1];
    const Command *command = command_find(name);

    if (command != NULL)
        return command->run(argc - 1, argv + 1);
    if (strcmp(name, "--version") == 0)
        return print("tcpwaltz " TCPWALTZ_VERSION "\n");
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        g_autofree char *text = help_overview();

        return print(text);
    }
    return name[0] == '-' ? unknown_option(name) : help_unknown_command(name);
}

int main(int argc, char **argv)
{
    int status;

    if (live_virtual_is_init())
        live_virtual_init();
    keep_standard_streams();
    set_signals();
    return virtual_runs(argc, argv, &status) ? status : run_command(argc, argv);
}
