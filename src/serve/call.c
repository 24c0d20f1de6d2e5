/* SPDX-License-Identifier: ISC */
/* What handlers ask of their call. */

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "serve/request.h"
#include "store/generation.h"

#include "serve/serve.h"

#define FORM	"application/x-www-form-urlencoded"

enum problem
call_refuse(struct call *c, enum problem problem, const char *code,
    const char *detail)
{
	c->detail.code = code;
	c->detail.detail = detail;
	return problem;
}

enum problem
call_fault(struct call *c, const char *pointer, const char *detail)
{
	if (c->detail.nfaults < PROBLEM_FAULTS)
		c->detail.faults[c->detail.nfaults++] =
		    (struct problem_fault){ pointer, detail };
	return PROBLEM_INVALID_FIELD;
}

enum problem
call_store(struct call *c, enum db_result result)
{
	switch (result) {
	case DB_OK:
		return PROBLEM_NONE;
	case DB_NONE:
		return PROBLEM_NOT_FOUND;
	case DB_DUPLICATE:
		return PROBLEM_CONFLICT;
	case DB_READ_ONLY:
		return call_refuse(c, PROBLEM_UNAVAILABLE, "read-only",
		    "The database takes no changes now; nothing was changed");
	case DB_UNKNOWN:
		return call_refuse(c, PROBLEM_UNAVAILABLE, "unknown-outcome",
		    "The database was lost while it committed: look whether"
		    " the change was made, or repeat the request with the same"
		    " Idempotency-Key");
	case DB_UNTOLD:
		log_line(LOG_ERROR, "nothing can be changed, since others"
		    " could not be told: %s", generation_fault());
		return call_refuse(c, PROBLEM_UNAVAILABLE, "state",
		    "Nothing was changed: the log of the site says what to"
		    " mend");
	case DB_REFUSED:
	case DB_UNAVAILABLE:
		break;
	}
	return call_refuse(c, PROBLEM_UNAVAILABLE, "database",
	    "The database cannot be asked now; nothing was changed");
}

/* The media type of the body, without its parameters, is it this one? */
static bool
is_type(const struct call *c, const char *type)
{
	const char *given = gateway_param(c->gateway, "CONTENT_TYPE");
	size_t n = strlen(type);

	return given != NULL && strncasecmp(given, type, n) == 0 &&
	    (given[n] == '\0' || given[n] == ';' || given[n] == ' ');
}

static enum problem
explain_faults(struct call *c, const struct json_faults *faults)
{
	for (size_t i = 0; i < faults->n; i++)
		call_fault(c, faults->fault[i].pointer,
		    faults->fault[i].detail);
	return PROBLEM_INVALID_FIELD;
}

static enum problem
parse_form(struct call *c, struct query *form)
{
	if (!query_parse(form, c->arena, c->body, c->body_size))
		return call_refuse(c, PROBLEM_MALFORMED, NULL,
		    "The body is not a well-formed form");
	return PROBLEM_NONE;
}

static enum problem
read_form(struct call *c, const struct json_field *fields, size_t nfields,
    void *out)
{
	struct json_faults faults = { .n = 0 };
	struct query *form = arena_alloc(c->arena, sizeof(*form));
	enum problem problem;

	/* forms escape it; curl -d calls everything a form */
	if (c->body_size > 0 && c->body[0] == '{')
		return call_refuse(c, PROBLEM_MEDIA_TYPE, NULL,
		    "JSON needs Content-Type: application/json");
	problem = parse_form(c, form);
	if (problem != PROBLEM_NONE)
		return problem;
	if (json_read_form(c->arena, form, fields, nfields, out, &faults) !=
	    JSON_OK)
		return explain_faults(c, &faults);
	return PROBLEM_NONE;
}

enum problem
call_form(struct call *c, struct query *form)
{
	if (!is_type(c, FORM))
		return call_refuse(c, PROBLEM_MEDIA_TYPE, NULL,
		    "Send a form with Content-Type: " FORM);
	return parse_form(c, form);
}

enum problem
call_read(struct call *c, const struct json_field *fields, size_t nfields,
    void *out)
{
	struct json_faults faults = { .n = 0 };

	if (c->route->forms && is_type(c, FORM))
		return read_form(c, fields, nfields, out);
	if (!is_type(c, "application/json"))
		return call_refuse(c, PROBLEM_MEDIA_TYPE, NULL,
		    "Send a JSON object with Content-Type: application/json");
	switch (json_read(c->arena, c->body, c->body_size, fields, nfields,
	    out, &faults)) {
	case JSON_OK:
		return PROBLEM_NONE;
	case JSON_MALFORMED:
		return call_refuse(c, PROBLEM_MALFORMED, NULL,
		    "The body is not one JSON object in strict UTF-8");
	case JSON_INVALID:
		break;
	}
	return explain_faults(c, &faults);
}

enum problem
call_maker(struct call *c, struct maker *maker)
{
	return call_store(c, obtain_maker(maker, c->db, c->arena, &c->who));
}

const char *
call_client(struct call *c)
{
	char *text = arena_alloc(c->arena, ADDRESS_TEXT);

	if (c->client != NULL)
		address_format(text, c->client);
	return text;
}

/* Only if it holds nothing but what a host can. */
const char *
call_host(struct call *c)
{
	const char *host = gateway_param(c->gateway, "HTTP_HOST");

	if (host == NULL || host[strspn(host, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]_")] != '\0')
		return NULL;
	return host;
}

/* "https://host", or nothing when the request names no host. */
static const char *
make_origin(struct call *c)
{
	const char *host = call_host(c), *scheme = "https";

	if (host == NULL)
		return "";
	if (c->site->config.https == CONFIG_HTTPS_LOOPBACK &&
	    gateway_param(c->gateway, "HTTPS") == NULL)
		scheme = "http";
	return arena_printf(c->arena, "%s://%s", scheme, host);
}

const char *
call_uri(struct call *c, const char *format, ...)
{
	const char *path;
	va_list arguments;

	va_start(arguments, format);
	path = arena_vprintf(c->arena, format, arguments);
	va_end(arguments);
	return arena_printf(c->arena, "%s%s%s", make_origin(c), c->prefix,
	    path);
}

const char *
call_issuer(struct call *c)
{
	const char *issuer = c->site->config.jwt_issuer;

	return issuer != NULL ? issuer : make_origin(c);
}

void
call_header(struct call *c, const char *name, const char *value)
{
	assert(c->nheaders < CALL_HEADERS);
	c->header[c->nheaders].name = name;
	c->header[c->nheaders++].value = value;
}

void
call_notify(struct call *c, struct notice notice)
{
	struct notice *kept;

	if (notice.to == NULL)
		return;
	kept = arena_alloc(c->arena, sizeof(*kept));
	*kept = notice;
	kept->next = c->notices;
	c->notices = kept;
}

void
call_put_permissions(struct call *c, struct json *json, const char *key,
    const struct bits *bits)
{
	json_array(json, key);
	for (unsigned bit = bits_next(bits, 0); bit < BITS;
	    bit = bits_next(bits, bit + 1)) {
		const char *name;

		if (permission_name(c->db, c->arena, bit, &name) == DB_OK)
			json_text(json, NULL, name);
	}
	json_end(json);
}
