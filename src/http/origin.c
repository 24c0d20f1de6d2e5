/* SPDX-License-Identifier: ISC */
/* Same site, another site, or a site that the settings name. */

#include <string.h>
#include <strings.h>

#include "base/config.h"
#include "base/nitems.h"

#include "http/origin.h"

static const struct {
	const char	*scheme;
	const char	*port;		/* may be left out or not */
} schemes[] = {
	{ "https://", ":443" },
	{ "http://", ":80" },
};

bool
origin_allowed(const struct origin *o, const struct config *config)
{
	if (o->origin == NULL)
		return false;
	for (size_t i = 0; i < config->norigins; i++)
		if (strcmp(o->origin, config->origins[i]) == 0)
			return true;
	return false;
}

/* The length of a host without the port that goes without saying. */
static size_t
measure_host(const char *host, const char *port)
{
	size_t n = strlen(host);
	size_t k = strlen(port);

	if (n > k && strcmp(host + n - k, port) == 0)
		return n - k;
	return n;
}

/* http:// is another site than https://, but where plain HTTP is taken. */
static bool
names_host(const char *origin, const char *host, bool plain)
{
	for (size_t i = 0; i < (plain ? NITEMS(schemes) : 1); i++) {
		const char *port = schemes[i].port;
		size_t skip = strlen(schemes[i].scheme);
		size_t n;

		if (strncmp(origin, schemes[i].scheme, skip) != 0)
			continue;
		n = measure_host(origin + skip, port);
		return n > 0 && n == measure_host(host, port) &&
		    strncasecmp(origin + skip, host, n) == 0;
	}
	return false;
}

bool
origin_is_cross(const struct origin *o, const struct config *config)
{
	if (origin_allowed(o, config))
		return false;
	if (o->fetch_site != NULL && strcmp(o->fetch_site, "same-origin") != 0
	    && strcmp(o->fetch_site, "none") != 0)
		return true;
	if (o->origin == NULL)
		return false;
	return o->host == NULL || !names_host(o->origin, o->host,
	    config->https == CONFIG_HTTPS_LOOPBACK);
}

bool
origin_is_fetch(const struct origin *o)
{
	return o->fetch_mode != NULL && strcmp(o->fetch_mode, "navigate") != 0;
}
