/* SPDX-License-Identifier: ISC */
/* In the place of the log: what must be said, the full program finds, too. */

#include "base/log.h"
#include "quick/hand_over.h"

void
log_program(const char *name)
{
	(void)name;
}

void
log_line(enum log_level level, const char *format, ...)
{
	(void)level;
	(void)format;
	hand_over();
}
