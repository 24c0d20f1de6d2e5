/* SPDX-License-Identifier: ISC */
#ifndef CHECK_FACTS_PRIVATE_H
#define CHECK_FACTS_PRIVATE_H

/* From rows to facts, for facts.c alone. */

#include "check/facts.h"
#include "store/credential.h"

/* A key or session with its owner; a row for each of his roles. */
void	 facts_load(struct facts *, const struct credential_row *, size_t n,
	    struct arena *);

/* The owner alone: what he may now. */
void	 facts_load_owner(struct facts *, const struct credential_row *,
	    size_t n);

#endif
