/* The program once more, inside a Linux kernel in virtual time.
 *
 * User-mode Linux is a kernel that runs as an ordinary process, without root.  Told time-travel=inf-cpu,
 * its clock jumps from event to event as the simulation's does: computing costs no time, sleeping takes
 * none.  The host's files are its files.  So whatever this program does with the kernel that it runs on,
 * it does there in virtual time, and nothing of it need know: the whole command line is executed again.
 *
 * Outside (virtual.c), a kernel is booted as a child process and what the inner program writes is passed
 * on.  Inside (virtual_init.c), this same program is the first process: it makes a system of the bare
 * kernel, starts the command line, and switches off.  What both must know lies in a private folder
 * (virtual_stage.h).
 *
 * Linux only. */
#ifndef TCPWALTZ_LIVE_VIRTUAL_H
#define TCPWALTZ_LIVE_VIRTUAL_H

#include <glib.h>

#define LIVE_VIRTUAL_ERROR (live_virtual_error_quark())

typedef enum LiveVirtualError {
    LIVE_VIRTUAL_ERROR_KERNEL,  /* there is none, or it is none */
    LIVE_VIRTUAL_ERROR_BOOT,    /* it did not come up */
    LIVE_VIRTUAL_ERROR_DIED,    /* it ended before the program did */
    LIVE_VIRTUAL_ERROR_STREAMS, /* what the program wrote could not be passed on */
    LIVE_VIRTUAL_ERROR_SYSTEM,  /* the machine refused something */
} LiveVirtualError;

GQuark live_virtual_error_quark(void);

typedef struct LiveVirtual {
    const char *kernel;  /* its file (live_kernel_find()) */
    const char *program; /* what is executed inside: an absolute path, usually /proc/self/exe's */
    char **argv;         /* with these words, argv[0] first; NULL-terminated */
    gboolean
        reads_input; /* it reads standard input, which is read to its end before; else it has none */
    guint boot_seconds; /* of the wall clock, until the kernel must be up; 0: 30 */
} LiveVirtual;

/* Executes the program inside, with the environment, the working folder and the umask of the caller,
 * and with TCPWALTZ_INSIDE=virtual in its environment.  What it writes to standard output and to standard
 * error comes out of ours, byte for byte, as it comes; in its order where both are one.  It is root there,
 * and its files are the caller's to the host, but /proc, /sys and /dev, which are the kernel's own.
 *
 * TRUE with the status as wait() has it: also when we got SIGINT, SIGTERM or SIGHUP, which the program gets
 * a second to act upon; it has died of it then.  FALSE with an error of LIVE_VIRTUAL_ERROR.  Either way
 * no process and no file is left, nor is there after a SIGKILL of the caller. */
gboolean live_virtual_run(const LiveVirtual *task, int *status, GError **error);

/* Were we executed by live_virtual_run()? */
gboolean live_virtual_is_inside(void);

/* Are we the first process of such a kernel?  Then main() has nothing to do but live_virtual_init(), which
 * does not return.  To be asked before anything else. */
gboolean live_virtual_is_init(void);
void live_virtual_init(void) G_GNUC_NORETURN;

#endif
