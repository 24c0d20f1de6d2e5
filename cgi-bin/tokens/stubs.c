/* SPDX-License-Identifier: ISC */
/* Places of handlers to come. */

#include "tokens.h"

__attribute__((weak)) enum problem
oauth_read(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
oauth_token(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
oauth_read_revocation(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
oauth_revoke(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}

__attribute__((weak)) enum problem
oauth_metadata(struct call *c)
{
	(void)c;
	return PROBLEM_NOT_FOUND;
}
