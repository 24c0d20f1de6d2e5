/* SPDX-License-Identifier: ISC */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

/* The parts of the audit resource. */

#include "serve/serve.h"

/* A UUID or a time of the query; left as it is when it was not said. */
enum problem	 audit_read_uuid(struct call *, const char *name,
		    struct uuid *);
enum problem	 audit_read_time(struct call *, const char *name, int64_t *);

/* Handlers. */
enum problem	 trail_list(struct call *);
enum problem	 trail_show(struct call *);
enum problem	 refusals_list(struct call *);
enum problem	 metrics_show(struct call *);

#endif
