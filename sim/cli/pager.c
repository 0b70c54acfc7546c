/* The pager: a command of the shell that reads what we write. */
#include "cli/pager.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/message.h"
#include "cli/output.h"

enum { SHELL_FOUND_NONE = 127 }; /* POSIX: the command is not there */

/* NULL: none.  Free with g_free(). */
static char *pager_command(void)
{
    g_autofree char *wish = g_strdup(g_getenv("PAGER"));
    g_autofree char *less = g_find_program_in_path("less");

    if (wish != NULL && *g_strstrip(wish) != '\0')
        return g_steal_pointer(&wish);
    return less != NULL ? g_strdup("less -FRX") : NULL;
}

static void do_nothing(int signal_number)
{
    (void)signal_number;
}

/* Writes to the pager and waits for it; its status as of wait().  -1: there is none.
 *
 * ^C is the pager's: were we to end before it, it would share the terminal with the shell.  It is
 * handled, not ignored, because what is ignored would be so in the pager, too. */
static int feed(const char *command, const char *text)
{
    const struct sigaction waiting = {.sa_handler = do_nothing, .sa_flags = SA_RESTART};
    struct sigaction before;
    int status = -1;

    sigaction(SIGINT, &waiting, &before);

    FILE *pipe = popen(command, "w");

    if (pipe != NULL) {
        /* Whoever leaves early has seen enough. */
        (void)fwrite(text, 1, strlen(text), pipe);
        status = pclose(pipe);
    }
    sigaction(SIGINT, &before, NULL);
    return status;
}

static gboolean has_ended_well(int status)
{
    return (WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
           (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
}

int pager_show(const char *text)
{
    g_autofree char *command = isatty(STDOUT_FILENO) ? pager_command() : NULL;

    if (command == NULL)
        return output_standard(text, strlen(text));
    /* For a less that $PAGER names: leave when all is seen, let colours through. */
    g_setenv("LESS", "FRX", FALSE);
    int status = feed(command, text);

    if (status == -1 || (WIFEXITED(status) && WEXITSTATUS(status) == SHELL_FOUND_NONE))
        return output_standard(text, strlen(text));
    if (has_ended_well(status))
        return STATUS_FINE;
    return say_trouble("the pager '%s' failed; --no-pager shows the text without one", command);
}
