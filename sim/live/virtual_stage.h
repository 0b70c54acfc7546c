/* The folder in which the outside and the inside of a kernel in virtual time meet: a handful of small files
 * that only their owner can read.  It is gone as soon as both have them open. */
#ifndef TCPWALTZ_LIVE_VIRTUAL_STAGE_H
#define TCPWALTZ_LIVE_VIRTUAL_STAGE_H

#include <glib.h>

/* What is to be executed inside. */
typedef struct LiveJob {
    char *program, *folder; /* absolute; where it is executed */
    guint32 umask;
    gboolean one_output; /* standard error goes where standard output goes */
    char **argv, **environment;
} LiveJob;

void live_job_clear(LiveJob *job);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LiveJob, live_job_clear)

/* The files' names.  "init" is a link to this program, whose own path might have blanks, which a kernel's
 * command line cannot have. */
#define LIVE_STAGE_JOB "job"
#define LIVE_STAGE_INIT "init"
#define LIVE_STAGE_INPUT "in"
#define LIVE_STAGE_OUTPUT "out"
#define LIVE_STAGE_ERRORS "err"
#define LIVE_STAGE_STATUS "status"
#define LIVE_STAGE_KERNEL "uml" /* a folder: the kernel's own, with its control socket */

/* Where the kernel finds the folder's path: in the environment of its first process. */
#define LIVE_STAGE_VARIABLE "tcpwaltz_stage"

/* What stands in "status": LIVE_STAGE_READY when the kernel is up, then the program's status as wait() has
 * it, in decimal, and a line's end.  LIVE_STAGE_REFUSED and a sentence: it will not come up. */
#define LIVE_STAGE_READY "ready\n"
#define LIVE_STAGE_REFUSED "refused: "

typedef struct LiveStage {
    char *place;  /* a folder for large files that may be executed: the kernel's memory */
    char *folder; /* ours in it; NULL: it is gone */
    int input, output, errors, status, control; /* -1: not open */
} LiveStage;

/* Makes the folder with empty files, which are open.  FALSE with an error of LIVE_VIRTUAL_ERROR. */
gboolean live_stage_open(LiveStage *stage, const LiveJob *job, GError **error);

/* Opens the kernel's control socket, if it has one, and removes all that has a name. */
void live_stage_vanish(LiveStage *stage);
void live_stage_close(LiveStage *stage);

/* Inside: the job out of a stage's folder. */
gboolean live_job_load(LiveJob *job, const char *folder, GError **error);

#endif
