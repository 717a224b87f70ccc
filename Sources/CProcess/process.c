#define _GNU_SOURCE
#include "CProcess.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The build writes the header: see .ci/revision. */
#if __has_include("revision.h")
#include "revision.h"
#else
#define SYNCGATE_REVISION "unknown"
#endif

static int count;
static char **values;

/* Takes the arguments before anything else runs: glibc gives them to each constructor. Swift's own way is
   /proc/self/cmdline, or a search in the memory before the environment. Neither works everywhere: there may be
   no /proc, and a preloaded library may have moved the environment. */
__attribute__((constructor)) static void take(int argc, char **argv) {
    count = argc;
    values = argv;
}

int syncgate_argument_count(void) { return count; }

const char *syncgate_argument(int index) { return index >= 0 && index < count ? values[index] : NULL; }

/* prctl is variadic, which Swift cannot call. */
int syncgate_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

const char *syncgate_revision(void) { return SYNCGATE_REVISION; }

/* The calls behind these are not in Swift's view of the C library, which has no extensions of GNU. */
static int spawn_shell(const char *command, int output, int errors) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    sigset_t none, all;
    pid_t process = -1;
    if (posix_spawnattr_init(&attributes) != 0) return -1;
    if (posix_spawn_file_actions_init(&actions) != 0) {
        posix_spawnattr_destroy(&attributes);
        return -1;
    }
    sigemptyset(&none);
    sigfillset(&all);
    char *const arguments[] = {"sh", "-c", (char *)command, NULL};
    int failed = posix_spawnattr_setflags(&attributes,
                                          POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        || posix_spawnattr_setpgroup(&attributes, 0) || posix_spawnattr_setsigmask(&attributes, &none)
        || posix_spawnattr_setsigdefault(&attributes, &all)
        || posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        || posix_spawn_file_actions_adddup2(&actions, output, 1)
        || posix_spawn_file_actions_adddup2(&actions, errors, 2)
        || posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        || posix_spawn(&process, "/bin/sh", &actions, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failed ? -1 : process;
}

int syncgate_start_shell(const char *command, int *output, int *errors) {
    int out[2], err[2];
    if (pipe2(out, O_CLOEXEC) != 0) return -1;
    if (pipe2(err, O_CLOEXEC) != 0) {
        close(out[0]);
        close(out[1]);
        return -1;
    }
    int process = spawn_shell(command, out[1], err[1]);
    close(out[1]);
    close(err[1]);
    if (process < 0) {
        close(out[0]);
        close(err[0]);
        return -1;
    }
    *output = out[0];
    *errors = err[0];
    return process;
}

int syncgate_has_ended(int process) {
    siginfo_t information = {0};
    if (waitid(P_PID, (id_t)process, &information, WEXITED | WNOHANG | WNOWAIT) != 0) return 1;
    return information.si_pid != 0;
}
