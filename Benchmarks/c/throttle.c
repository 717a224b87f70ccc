/* throttle SHARE COMMAND...: runs the command with about this share of the core that it is confined to.
 *
 * A child spins on the same core with the priority that leaves the command its share, in slices of 0.1 ms. Kernels
 * before 6.12 ignore the slices, and the command then waits for some ms at a time. So one core of load can be several
 * times the peak of the command. It cannot be if both have a whole core and a request costs both the same. The command
 * has the id of this process; the child ends with it.
 */
#define _GNU_SOURCE
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The struct of linux/sched/types.h, which clashes with the header of the C library. */
struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

static void run_in_small_slices(int nice) {
    struct attributes it = {.size = sizeof it, .nice = nice, .runtime = 100000};
    if (syscall(SYS_sched_setattr, 0, &it, 0) < 0) perror("throttle: sched_setattr");
}

int main(int count, char **arguments) {
    double share = count > 2 ? atof(arguments[1]) : 0;
    if (share <= 0 || share >= 1) return 64;
    pid_t command = getpid(), child = fork();
    if (child < 0) return 71;
    if (!child) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        run_in_small_slices(0);
        while (getppid() == command)
            for (volatile int i = 0; i < 1000000; i++) {}
        return 0;
    }
    /* A step of nice is a factor of 1.25. */
    int nice = (int)lround(log((1 - share) / share) / log(1.25));
    run_in_small_slices(nice < 0 ? 0 : nice);
    execvp(arguments[2], arguments + 2);
    perror(arguments[2]);
    kill(child, SIGKILL);
    return 127;
}
