/* SPDX-License-Identifier: ISC */
#ifndef BASE_SHARED_H
#define BASE_SHARED_H

/*
 * Files of the state folder that all processes of the site's user on this host
 * have in memory together.  A file is made whole, at its full size, with an
 * identity of its own; whatever else lies at its path (another size, another
 * layout) is replaced.  Its name tells the host, as a folder may be seen by
 * several.  Whoever maps one must expect that anything stands in it: memory
 * that another process writes, at any moment.
 */

#include <sys/types.h>

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each file begins so. */
struct shared_head {
	uint64_t	 magic;		/* of the layout */
	uint64_t	 identity;	/* random, made with the file */
};

struct shared {
	const char	*name;		/* of the file */
	uint64_t	 magic;
	size_t		 size;
	uint8_t		 start;		/* each byte behind the head */

	/* of this process; zero at first */
	char		 path[PATH_MAX];
	struct shared_head *map;
	ino_t		 inode;
	dev_t		 device;
	const char	*fault;		/* why there is no map, or NULL */
};

/*
 * The file as it lies there now, mapped; NULL with a fault that says what to
 * mend when it cannot be used.  One system call when nothing has changed.  A
 * mapping that is no longer the file at the path is given up: pointers into it
 * are good until the next call.  A file cut short under a mapping reads as
 * zeros until the next call makes it anew: nobody dies of it.
 */
void		*shared_open(struct shared *, const char *state);

/* Give up the mapping. */
void		 shared_close(struct shared *);

/* Names this boot of the machine; 0: it cannot be told. */
uint64_t	 shared_boot(void);

#endif
