/* SPDX-License-Identifier: ISC */
/* Matching paths and methods. */

#include <stdio.h>
#include <string.h>

#include "serve/routing.h"

static const char *const manner_words[MANNER__MAX] = {
	[MANNER_OWN] = "own",
	[MANNER_AUTHENTISE] = "authentise",
	[MANNER_LOCCUS] = "loccus",
	[MANNER_TILLHUB] = "tillhub",
	[MANNER_BITSIGHT] = "bitsight",
	[MANNER_CUTOVER] = "cutover",
	[MANNER_OAUTH] = "oauth",
};

/* Where in the path the part begins that patterns speak of. */
struct place {
	struct path	 path;
	const char	*prefix;	/* the base or the executable's path; */
	size_t		 base;		/* its segments; NULL: neither leads */
};

static bool
method_fits(const char *route, const char *method)
{
	return strcmp(route, method) == 0 ||
	    (strcmp(route, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

/*
 * {id} is a UUID: what is none names nothing.  {word} is whatever is left, for
 * handles and for what products call by other names.
 */
static bool
take_captures(struct call *c, const char *pattern,
    const char *const *captures)
{
	size_t ids = 0, words = 0;

	/* what a route that did not match in the end has left */
	memset(c->id, 0, sizeof(c->id));
	memset(c->word, 0, sizeof(c->word));
	for (size_t i = 0; i < PATH_CAPTURES && captures[i] != NULL; i++) {
		pattern = strchr(pattern, '{');
		if (pattern == NULL)
			return false;
		if (strncmp(pattern, "{word}", 6) == 0)
			c->word[words++] = captures[i];
		else if (!uuid_parse(&c->id[ids++], captures[i]))
			return false;
		pattern++;
	}
	return true;
}

/*
 * A path that has the pattern's form but something else than an id in it is
 * not found in the manner of that pattern, unless another one fits.
 */
static bool
match_pattern(struct call *c, const struct path *path, size_t first,
    const char *pattern, enum manner manner)
{
	const char *captures[PATH_CAPTURES] = { NULL };
	bool taken;

	if (!path_match(path, first, pattern, captures))
		return false;
	taken = take_captures(c, pattern, captures);
	if (taken || c->allow == NULL)
		c->manner = manner;
	return taken;
}

static bool
match_route(struct call *c, const struct place *place,
    const struct route *route)
{
	if (place->prefix != NULL && match_pattern(c, &place->path,
	    place->base, route->pattern, route->manner)) {
		c->prefix = place->prefix;
		return true;
	}
	for (size_t i = 0; i < ROUTE_ALIASES &&
	    route->alias[i].pattern != NULL; i++) {
		if (match_pattern(c, &place->path, 0, route->alias[i].pattern,
		    route->alias[i].manner)) {
			c->prefix = "";
			return true;
		}
	}
	return false;
}

/* /cgi-bin/keys.fcgi/api_tokens/ is /api_tokens/, without any configuration. */
static const char *
find_prefix(const struct call *c, const struct path *path, size_t *segments)
{
	const char *script = gateway_param(c->gateway, "SCRIPT_NAME");

	if (script != NULL && strstr(script, ".fcgi") != NULL &&
	    path_strip(path, script, segments))
		return script;
	if (path_strip(path, c->site->config.base, segments))
		return c->site->config.base;
	return NULL;
}

static bool
find_place(struct call *c, struct place *place)
{
	const char *target = gateway_param(c->gateway, "REQUEST_URI");

	if (target == NULL)
		target = gateway_param(c->gateway, "PATH_INFO");
	if (target == NULL || !path_split(&place->path, c->arena, target))
		return false;
	c->path = arena_copy(c->arena, target, strcspn(target, "?"));
	place->prefix = find_prefix(c, &place->path, &place->base);
	return true;
}

/* A user's id reads as a handle, too: then two routes have the method. */
static void
add_allowed(struct call *c, const char *method)
{
	if (c->allow != NULL && strstr(c->allow, method) != NULL)
		return;
	if (c->allow == NULL)
		c->allow = strcmp(method, "GET") == 0 ? "OPTIONS, GET, HEAD" :
		    arena_printf(c->arena, "OPTIONS, %s", method);
	else
		c->allow = arena_printf(c->arena, "%s, %s%s", c->allow, method,
		    strcmp(method, "GET") == 0 ? ", HEAD" : "");
}

bool
route_changes(const struct route *route)
{
	return route->changes ||
	    (!route->reads && strcmp(route->method, "GET") != 0);
}

enum problem
routing_find(struct call *c, const struct resource *resource)
{
	struct place place;

	if (!find_place(c, &place))
		return PROBLEM_NOT_FOUND;
	for (size_t i = 0; i < resource->nroutes; i++) {
		const struct route *route = &resource->routes[i];

		if (!match_route(c, &place, route))
			continue;
		if (route->gate || method_fits(route->method, c->method)) {
			c->route = route;
			c->allow = NULL;
			return PROBLEM_NONE;
		}
		add_allowed(c, route->method);
	}
	return c->allow == NULL ? PROBLEM_NOT_FOUND : PROBLEM_METHOD;
}

void
routing_print(const struct resource *resource)
{
	for (size_t i = 0; i < resource->nroutes; i++) {
		const struct route *route = &resource->routes[i];

		/* web servers ask it, by their own configuration */
		if (route->gate)
			continue;
		printf("%s\t%s\t%s\tbase\n", route->method,
		    route->pattern, manner_words[route->manner]);
		for (size_t j = 0; j < ROUTE_ALIASES &&
		    route->alias[j].pattern != NULL; j++)
			printf("%s\t%s\t%s\talias\n", route->method,
			    route->alias[j].pattern,
			    manner_words[route->alias[j].manner]);
	}
}
