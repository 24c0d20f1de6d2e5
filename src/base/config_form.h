/* SPDX-License-Identifier: ISC */
#ifndef BASE_CONFIG_FORM_H
#define BASE_CONFIG_FORM_H

/* Do texts of settings have their form?  For config_value.c alone. */

#include <stdbool.h>

/* Segments that http/path.h can match, so that no base is unreachable. */
bool	 config_is_base(const char *);

/* As browsers write it: scheme and host in lower case, perhaps a port. */
bool	 config_is_origin(const char *);

/* RFC 8414: no query and no fragment; and nobody's name or password. */
bool	 config_is_issuer(const char *);

/*
 * Hosts with commas between: a name or an address, perhaps a port; the address
 * in brackets if it is IPv6 and has one.
 */
bool	 config_is_hosts(const char *);

#endif
