/* SPDX-License-Identifier: ISC */
#ifndef HTTP_PATH_H
#define HTTP_PATH_H

/*
 * Request paths.  Routing is on the raw path, segment by segment: each segment
 * is percent-decoded once and must then be an id or a fixed word, bytes of
 * [A-Za-z0-9._~-] and neither "." nor "..".  One slash at the end is allowed
 * and means nothing.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define PATH_SEGMENTS	12	/* in one path */
#define PATH_CAPTURES	4	/* {…} in one pattern */

struct path {
	const char	*segment[PATH_SEGMENTS];
	size_t		 n;
};

/*
 * Split the path part of a request target ("/a/b?x" up to the ?).  False when
 * it is no path that a route could match: the answer is then 404.
 */
bool	 path_split(struct path *, struct arena *, const char *target);

/*
 * Does the path, from segment first on, match a pattern such as
 * "/users/{id}/user_app_tokens"?  Captures what stands for {…}, in order.
 */
bool	 path_match(const struct path *, size_t first, const char *pattern,
	    const char *captures[static PATH_CAPTURES]);

/*
 * How many leading segments the prefix ("/api/v1") takes; false if the path
 * does not begin with it.  The empty prefix takes none.
 */
bool	 path_strip(const struct path *, const char *prefix, size_t *first);

#endif
