/* SPDX-License-Identifier: ISC */
#ifndef SERVE_SENDER_H
#define SERVE_SENDER_H

/*
 * A process of its own that sends notices, one after the other, so that nobody
 * waits for a slow sendmail.  It ends with the one that started it, when it
 * has sent what it was given.
 */

#include "base/config.h"
#include "check/notice.h"

/*
 * Start it, before any request is accepted.  Returns when it has let go of the
 * listening socket: a program that is killed while another process holds that
 * socket looks alive to lighttpd and is never replaced.
 */
void	 sender_start(void);

/*
 * Hand over a notice and those that go with it, starting it if need be; what
 * cannot be is logged.  Each has an address.  NULL: nothing.
 */
void	 sender_send(const struct config *, const struct notice *);

#endif
