/* SPDX-License-Identifier: ISC */
/* Places of handlers to come. */

#include "keys.h"

__attribute__((weak)) enum problem
uniform_list(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
uniform_read_filter(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
uniform_revoke(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
uniform_show(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
uniform_read_change(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
uniform_change(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
uniform_read_end(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
uniform_end(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
uniform_read_rotation(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
uniform_rotate(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}
