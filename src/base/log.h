/* SPDX-License-Identifier: ISC */
#ifndef BASE_LOG_H
#define BASE_LOG_H

/*
 * One line per event, to standard error, in one write.  Control bytes, DEL and
 * what is not UTF-8 are escaped, so that no input can start a line of its own.
 * Never give it a secret: name a key by its id.
 */

enum log_level {
	LOG_ERROR,	/* somebody has to mend something */
	LOG_WARNING,
	LOG_INFO,
};

/* The name that begins each line; kept, not copied. */
void	 log_program(const char *name);

void	 log_line(enum log_level, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));

#endif
