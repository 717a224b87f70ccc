#pragma once

/* Returns the number of arguments that the system gave to the process. */
int syncgate_argument_count(void);

/* Returns an argument of the process, the name of the program first; NULL beyond the last. */
const char *syncgate_argument(int index);

/* Keeps other processes of the same user from reading the memory of this one. Returns 0, or -1 with errno. */
int syncgate_forbid_dumps(void);

/* Returns the revision of the source that the program was built of. */
const char *syncgate_revision(void);

/* Starts /bin/sh -c with the command in a process group of its own. It inherits no descriptors and no signal settings,
   and has no standard input. The read ends of its output and errors go to the two pointers; the caller closes them.
   Returns the number of the process and its group, or -1. */
int syncgate_start_shell(const char *command, int *output, int *errors);

/* Returns 1 if the process has ended or is no child, and 0 otherwise. It is not reaped: its number stays its own. */
int syncgate_has_ended(int process);
