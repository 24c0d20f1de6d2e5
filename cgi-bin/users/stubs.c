/* SPDX-License-Identifier: ISC */
/* Places of handlers to come. */

#include "users.h"

__attribute__((weak)) enum problem
account_show(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
roles_show(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
roles_read_new(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
roles_create(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
roles_read_change(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
roles_change(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
roles_remove(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}
