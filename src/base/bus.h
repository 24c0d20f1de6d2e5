/* SPDX-License-Identifier: ISC */
#ifndef BASE_BUS_H
#define BASE_BUS_H

/* Mapped files that others may cut short while they are read. */

#include <stddef.h>

/*
 * From now on this memory reads as zeros when the file behind it has gone, and
 * the process goes on.  There is room for a few maps.
 */
void	 bus_watch(void *at, size_t size);

/* Before it is unmapped. */
void	 bus_forget(const void *at);

#endif
