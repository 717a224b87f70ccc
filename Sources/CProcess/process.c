#include "CProcess.h"

#include <stddef.h>
#include <sys/prctl.h>

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
