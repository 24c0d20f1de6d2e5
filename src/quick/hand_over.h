/* SPDX-License-Identifier: ISC */
#ifndef QUICK_HAND_OVER_H
#define QUICK_HAND_OVER_H

/*
 * A program for plain CGI, linked statically, that answers what the cache
 * knows and nothing else.  It is made of the same objects as the full program
 * but for the doors to foreign libraries: those of this folder stand in for
 * them.  Whoever comes to one of them needs the full program, and gets it: the
 * process becomes that, with the environment and the body as they came.
 *
 * So nothing may have been counted, written or answered before the last thing
 * that may need a library.
 */

/*
 * Become NAME.fcgi, which lies beside this program, NAME.cgi; the answer is a
 * 503 when that cannot be.
 */
_Noreturn void	 hand_over(void);

#endif
