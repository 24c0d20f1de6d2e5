/* SPDX-License-Identifier: ISC */
#ifndef BASE_CONFIG_VALUE_H
#define BASE_CONFIG_VALUE_H

/* One setting's text into its place in struct config, for config.c alone. */

#include "base/config.h"

enum config_type {
	VALUE_TEXT,		/* not empty */
	VALUE_PATH,		/* made absolute from the file's folder */
	VALUE_PROGRAM,		/* a path, NULL when empty */
	VALUE_BASE,
	VALUE_NUMBER,
	VALUE_HTTPS,
	VALUE_CONNECTIONS,
	VALUE_SWITCH,		/* yes or no */
	VALUE_ALGORITHM,
	VALUE_ISSUER,		/* an https URL, NULL when empty */
	VALUE_HOSTS,		/* NULL when empty */
	VALUE_PROXIES,
	VALUE_ORIGINS,
};

struct config_setting {
	const char	*section;
	const char	*name;
	enum config_type type;
	size_t		 offset;	/* in struct config */
	const char	*initial;
	int64_t		 min, max;	/* VALUE_NUMBER */
};

/* A list may be set again, which appends. */
bool		 config_is_list(const struct config_setting *);

/* NULL, or what the value must be: "must be …", in static storage. */
const char	*config_set(struct config *, const struct config_setting *,
		    const char *value);

/* Free what config_set put there. */
void		 config_unset(struct config *, const struct config_setting *);

#endif
