/* SPDX-License-Identifier: ISC */
#ifndef BASE_SHARED_PRIVATE_H
#define BASE_SHARED_PRIVATE_H

/* Between the files of base/shared.h. */

#include "base/shared.h"

/* The folder of its path. */
void	 shared_folder(const struct shared *, char out[static PATH_MAX]);

/* Make the file whole, or find that somebody has; false with errno. */
bool	 shared_make(const struct shared *);

#endif
