/* SPDX-License-Identifier: ISC */
/* What the texts of settings must look like. */

#include <stdlib.h>
#include <string.h>

#include "base/address.h"

#include "base/config_form.h"

#define HOST_MAX	255

bool
config_is_base(const char *value)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789._~-/";

	return value[0] == '/' && value[strspn(value, letters)] == '\0' &&
	    strstr(value, "//") == NULL && strstr(value, "/.") == NULL;
}

bool
config_is_origin(const char *item)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyz0123456789.-:[]";
	const char *host;

	if (strncmp(item, "https://", 8) == 0)
		host = item + 8;
	else if (strncmp(item, "http://", 7) == 0)
		host = item + 7;
	else
		return false;
	return host[0] != '\0' && host[0] != ':' &&
	    host[strspn(host, letters)] == '\0';
}

bool
config_is_issuer(const char *value)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789.-_~:[]/";

	return strncmp(value, "https://", 8) == 0 &&
	    value[8] != '\0' && strchr("./:-", value[8]) == NULL &&
	    value[strspn(value, letters)] == '\0';
}

static bool
is_port(const char *text)
{
	size_t n = strspn(text, "0123456789");
	long port = strtol(text, NULL, 10);

	return n >= 1 && n <= 5 && text[n] == '\0' && port >= 1 &&
	    port <= 65535;
}

/* "[2001:db8::1]", perhaps with a port behind. */
static bool
is_bracketed(char *host)
{
	char *end = strchr(host, ']');
	struct address address;

	if (end == NULL)
		return false;
	*end++ = '\0';
	return address_parse(&address, host + 1) &&
	    (*end == '\0' || (*end == ':' && is_port(end + 1)));
}

static bool
is_host(const char *text, size_t n)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789.-_";
	char host[HOST_MAX + sizeof("[]:65535")];
	struct address address;
	size_t name;

	if (n >= sizeof(host))
		return false;
	memcpy(host, text, n);
	host[n] = '\0';
	if (host[0] == '[')
		return is_bracketed(host);
	if (address_parse(&address, host))
		return true;
	name = strspn(host, letters);
	return name >= 1 && name <= HOST_MAX && (host[name] == '\0' ||
	    (host[name] == ':' && is_port(host + name + 1)));
}

bool
config_is_hosts(const char *value)
{
	const char *end;

	for (;; value = end + 1) {
		size_t n;

		value += strspn(value, " ");
		n = strcspn(value, " ,");
		end = value + n + strspn(value + n, " ");
		if (!is_host(value, n) || (*end != '\0' && *end != ','))
			return false;
		if (*end == '\0')
			return true;
	}
}
