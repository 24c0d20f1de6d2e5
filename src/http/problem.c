/* SPDX-License-Identifier: ISC */
/* The catalogue of everything that can go wrong, and its document. */

#include <assert.h>

#include "base/nitems.h"

#include "http/problem.h"

const struct problem_type problem_types[PROBLEM__MAX] = {
	[PROBLEM_MALFORMED] = { 400, "malformed",
	    "The request is not well-formed; check its syntax and encoding" },
	[PROBLEM_GRANT] = { 400, "unsupported-grant-type",
	    "The grant_type here is client_credentials" },
	[PROBLEM_SCOPE] = { 400, "invalid-scope",
	    "The scope names something unknown, or not held by the client" },
	[PROBLEM_CLIENT] = { 400, "unauthorized-client",
	    "The client is known, but may not do this" },
	[PROBLEM_TOKEN_TYPE] = { 400, "unsupported-token-type",
	    "Keys are not ended here; delete the key instead" },
	[PROBLEM_UNAUTHENTICATED] = { 401, "unauthenticated",
	    "A valid API key or session is required" },
	[PROBLEM_LOGIN] = { 401, "login-failed",
	    "The name and the password do not match" },
	[PROBLEM_FORBIDDEN] = { 403, "forbidden",
	    "The credential lacks a permission that this needs" },
	[PROBLEM_NOT_COVERED] = { 403, "not-covered",
	    "The credential would obtain more than it has itself" },
	[PROBLEM_HTTPS] = { 403, "https-required",
	    "Use HTTPS; treat a credential sent without it as exposed" },
	[PROBLEM_CROSS_ORIGIN] = { 403, "cross-origin",
	    "A browser says that another site sent this request" },
	[PROBLEM_NOT_FOUND] = { 404, "not-found",
	    "There is nothing of this kind here" },
	[PROBLEM_METHOD] = { 405, "method-not-allowed",
	    "Use one of the methods that Allow names" },
	[PROBLEM_CONFLICT] = { 409, "conflict",
	    "The name is taken; choose another" },
	[PROBLEM_STATE] = { 409, "wrong-state",
	    "This is not possible as things stand" },
	[PROBLEM_PRECONDITION] = { 412, "precondition-failed",
	    "It has changed; read it again and repeat" },
	[PROBLEM_TOO_LARGE] = { 413, "too-large",
	    "The request is too large; send less at once" },
	[PROBLEM_MEDIA_TYPE] = { 415, "media-type",
	    "Send the body as application/json" },
	[PROBLEM_INVALID_FIELD] = { 422, "invalid-field",
	    "A member is missing or not valid; errors says which" },
	[PROBLEM_REPLAY] = { 422, "idempotency-mismatch",
	    "This Idempotency-Key belongs to another request" },
	[PROBLEM_RATE] = { 429, "rate-limited",
	    "Too many requests; wait as Retry-After says" },
	[PROBLEM_MISCONFIGURED] = { 500, "misconfigured",
	    "The server is not set up; its log says what to mend" },
	[PROBLEM_UNAVAILABLE] = { 503, "unavailable",
	    "The service is not available; try again later" },
	[PROBLEM_BUSY] = { 503, "busy",
	    "Too many logins at once; wait as Retry-After says" },
};

/* Where a product's clients know another status. */
static const struct {
	enum manner	 manner;
	enum problem	 problem;
	int		 status;
} own_statuses[] = {
	{ MANNER_AUTHENTISE, PROBLEM_LOGIN, 403 },
	{ MANNER_AUTHENTISE, PROBLEM_INVALID_FIELD, 400 },
	{ MANNER_BITSIGHT, PROBLEM_INVALID_FIELD, 400 },
	{ MANNER_OAUTH, PROBLEM_MEDIA_TYPE, 400 },
	{ MANNER_OAUTH, PROBLEM_INVALID_FIELD, 400 },
};

/* And where they go by the words; errors says what there is to say. */
#define NOT_PERMITTED	"You do not have permission to perform this action."

static const struct {
	enum manner	 manner;
	enum problem	 problem;
	const char	*detail;
} own_details[] = {
	{ MANNER_BITSIGHT, PROBLEM_FORBIDDEN, NOT_PERMITTED },
	{ MANNER_BITSIGHT, PROBLEM_NOT_COVERED, NOT_PERMITTED },
};

static const struct {
	enum manner	 manner;
	enum problem	 problem;
	const char	*code;
} own_codes[] = {
	{ MANNER_CUTOVER, PROBLEM_NOT_FOUND, "not_found" },
};

/* RFC 6749 5.2, RFC 6750 3.1, RFC 7009 2.2.1; what is left is the request's. */
static const char *const oauth_errors[PROBLEM__MAX] = {
	[PROBLEM_GRANT] = "unsupported_grant_type",
	[PROBLEM_SCOPE] = "invalid_scope",
	[PROBLEM_CLIENT] = "unauthorized_client",
	[PROBLEM_TOKEN_TYPE] = "unsupported_token_type",
	[PROBLEM_UNAUTHENTICATED] = "invalid_client",
	[PROBLEM_LOGIN] = "invalid_grant",
	[PROBLEM_FORBIDDEN] = "insufficient_scope",
	[PROBLEM_NOT_COVERED] = "access_denied",
	[PROBLEM_CROSS_ORIGIN] = "access_denied",
	[PROBLEM_RATE] = "temporarily_unavailable",
	[PROBLEM_MISCONFIGURED] = "server_error",
	[PROBLEM_UNAVAILABLE] = "temporarily_unavailable",
	[PROBLEM_BUSY] = "temporarily_unavailable",
};

int
problem_status(enum problem problem, enum manner manner)
{
	assert(problem > PROBLEM_NONE && problem < PROBLEM__MAX);
	for (size_t i = 0; i < NITEMS(own_statuses); i++)
		if (own_statuses[i].manner == manner &&
		    own_statuses[i].problem == problem)
			return own_statuses[i].status;
	return problem_types[problem].status;
}

static const char *
find_detail(enum problem problem, enum manner manner, const char *detail)
{
	for (size_t i = 0; i < NITEMS(own_details); i++)
		if (own_details[i].manner == manner &&
		    own_details[i].problem == problem)
			return own_details[i].detail;
	return detail;
}

static const char *
find_code(enum problem problem, enum manner manner, const char *code)
{
	for (size_t i = 0; i < NITEMS(own_codes); i++)
		if (own_codes[i].manner == manner &&
		    own_codes[i].problem == problem)
			return own_codes[i].code;
	return code != NULL ? code : problem_types[problem].slug;
}

const char *
problem_media_type(enum manner manner)
{
	return manner == MANNER_OAUTH ? "application/json" :
	    "application/problem+json";
}

static void
put_oauth(struct json *json, enum problem problem, const char *description)
{
	const char *error = oauth_errors[problem];

	json_text(json, "error", error != NULL ? error : "invalid_request");
	json_text(json, "error_description", description);
}

static void
put_error(struct json *json, const char *title, const char *code)
{
	json_object(json, NULL);
	json_text(json, "title", title);
	json_text(json, "code", code);
}

static void
put_fault(struct json *json, const struct problem_fault *fault)
{
	const char *pointer = fault->pointer;

	if (pointer == NULL) {
		json_text(json, "detail", fault->detail);
		return;
	}
	if (pointer[0] == '\0')
		json_format(json, "detail", "the body %s", fault->detail);
	else
		json_format(json, "detail", "%s %s", pointer + 1,
		    fault->detail);
	json_format(json, "pointer", "#%s", pointer);
}

static void
put_errors(struct json *json, const char *title, const char *code,
    const struct problem_detail *d)
{
	json_array(json, "errors");
	for (size_t i = 0; i < d->nfaults; i++) {
		put_error(json, title, code);
		put_fault(json, &d->faults[i]);
		json_end(json);
	}
	if (d->nfaults == 0) {
		put_error(json, title, code);
		json_text(json, "detail", d->detail != NULL ? d->detail :
		    title);
		json_end(json);
	}
	json_end(json);
}

void
problem_put(struct json *json, enum problem problem, enum manner manner,
    const struct problem_detail *d)
{
	const struct problem_type *type = &problem_types[problem];
	const char *detail = find_detail(problem, manner, d->detail);
	const char *msg = d->detail != NULL ? d->detail : type->title;

	assert(d->nfaults <= PROBLEM_FAULTS);
	json_object(json, NULL);
	json_format(json, "type", "urn:latchkey:problem:%s", type->slug);
	json_text(json, "title", type->title);
	json_integer(json, "status", problem_status(problem, manner));
	if (detail != NULL)
		json_text(json, "detail", detail);
	if (d->request != NULL)
		json_format(json, "instance", "urn:uuid:%s", d->request);
	json_text(json, "msg", msg);
	if (manner == MANNER_OAUTH)
		put_oauth(json, problem, msg);
	put_errors(json, type->title, find_code(problem, manner, d->code), d);
	json_end(json);
}
