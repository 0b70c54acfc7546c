/* The pager: a command of the shell that reads what we write. */
#include "cli/pager.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/output.h"

enum { SHELL_FOUND_NONE = 127 }; /* POSIX: the command is not there */

/* NULL: none.  Free with g_free(). */
static char *pager_command(void)
{
    const char *wish = g_getenv("PAGER");
    g_autofree char *less = g_find_program_in_path("less");

    if (wish != NULL && *wish != '\0')
        return g_strdup(wish);
    return less != NULL ? g_strdup("less -FRX") : NULL;
}

/* FALSE: there is no such command, and nothing was shown. */
static gboolean show_through(const char *command, const char *text)
{
    /* For a less that $PAGER names: leave when all is seen, let colours through. */
    g_setenv("LESS", "FRX", FALSE);
    FILE *pipe = popen(command, "w");

    if (pipe == NULL)
        return FALSE;
    /* Whoever leaves early has seen enough. */
    (void)fwrite(text, 1, strlen(text), pipe);
    int status = pclose(pipe);

    return !(WIFEXITED(status) && WEXITSTATUS(status) == SHELL_FOUND_NONE);
}

int pager_show(const char *text)
{
    g_autofree char *command = isatty(STDOUT_FILENO) ? pager_command() : NULL;

    if (command != NULL && show_through(command, text))
        return STATUS_FINE;
    return output_standard(text, strlen(text));
}
