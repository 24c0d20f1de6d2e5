/* SPDX-License-Identifier: ISC */
/* Places of handlers to come. */

#include "check.h"

__attribute__((weak)) enum problem
introspect_read(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
introspect_show(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}
