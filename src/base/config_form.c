/* SPDX-License-Identifier: ISC */
/* What the texts of settings must look like. */

#include <string.h>

#include "base/config_form.h"

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
