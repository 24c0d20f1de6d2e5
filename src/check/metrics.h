/* SPDX-License-Identifier: ISC */
#ifndef CHECK_METRICS_H
#define CHECK_METRICS_H

/* What this host has decided, for Prometheus (text format 0.0.4). */

#include "base/arena.h"
#include "base/config.h"

/* Of all accounts together.  After generation_open. */
const char	*metrics_text(struct arena *, const struct config *);

#endif
