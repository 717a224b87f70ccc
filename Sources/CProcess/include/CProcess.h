#pragma once

/* Returns the number of arguments that the system gave to the process. */
int syncgate_argument_count(void);

/* Returns an argument of the process, the name of the program first; NULL beyond the last. */
const char *syncgate_argument(int index);

/* Keeps other processes of the same user from reading the memory of this one. Returns 0, or -1 with errno. */
int syncgate_forbid_dumps(void);

/* Returns the revision of the source that the program was built of. */
const char *syncgate_revision(void);
