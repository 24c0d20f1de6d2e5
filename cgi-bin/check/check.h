/* SPDX-License-Identifier: ISC */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

/* The parts of the check resource. */

#include "serve/serve.h"

/* A FastCGI authorizer's request. */
enum problem	 gate_answer(struct call *);

/* Handlers of introspect.c. */
enum problem	 introspect_read(struct call *);
enum problem	 introspect_show(struct call *);

#endif
