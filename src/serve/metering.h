/* SPDX-License-Identifier: ISC */
#ifndef SERVE_METERING_H
#define SERVE_METERING_H

/* Rates and quotas of whoever calls: set, taken and told. */

#include "serve/serve.h"

/* -- in bodies ------------------------------------------------------------- */

struct rate_input {
	const char	*name;
	int64_t		 limit;
	int64_t		 per;		/* seconds */
};

#define METERING_FIELDS	3
extern const struct json_field metering_fields[METERING_FIELDS];

/* "rates" as a member; both are members of the struct. */
#define METERING_FIELD(struct_, rates_, says_)				\
	{ .name = "rates", .type = JSON_OBJECTS,			\
	  .fields = metering_fields, .nfields = METERING_FIELDS,	\
	  .most = RATES, .size = sizeof(struct rate_input),		\
	  .nullable = true, .offset = offsetof(struct_, rates_),	\
	  .seen = offsetof(struct_, says_) + 1 }

enum problem	 metering_read(struct call *, const struct json_objects *,
		    struct rates *);

/* As an array of objects, from a row; null for none. */
void		 metering_put(struct json *, const char *key, const char *row);

/* -- of requests ----------------------------------------------------------- */

/*
 * Take one of each that the caller has: once for each request that is allowed
 * otherwise, outside db_run.  The answer tells of them.
 */
enum reason	 metering_take(struct call *);

/* Count a guess of the client's network; false when it had too many. */
bool		 metering_guess(struct call *);

/*
 * The same of another's credential, that came from there as its verifier
 * tells (NULL: not known), by the reason it was refused for: that reason, or
 * REASON_GUESSES.  It costs the verifier nothing.
 */
enum reason	 metering_other(const struct call *, const struct address *,
		    enum reason, struct limits_told *);

/* The values of RateLimit-Policy and RateLimit; NULL: nothing to tell. */
const char	*metering_policy(const struct call *);
const char	*metering_rest(const struct call *);

#endif
