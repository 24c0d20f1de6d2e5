/* SPDX-License-Identifier: ISC */
#ifndef BASE_NITEMS_H
#define BASE_NITEMS_H

#define NITEMS(array)	(sizeof(array) / sizeof((array)[0]))

#endif
