/* SPDX-License-Identifier: ISC */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

/* The parts of the check resource. */

#include "serve/serve.h"

/* A FastCGI authorizer's request. */
enum problem	 gate_answer(struct call *);

#endif
