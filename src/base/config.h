/* SPDX-License-Identifier: ISC */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

/*
 * The settings: one INI file, read once by a table.  It is LATCHKEY_CONFIG, or
 * ../etc/latchkey.ini seen from the executable's real path, or
 * ~/.latchkey/latchkey.ini.  Paths in it are relative to its own folder.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/crypto.h"

#define CONFIG_PROXIES	16
#define CONFIG_ORIGINS	16

enum config_https {
	CONFIG_HTTPS_REQUIRED,	/* the server or a trusted proxy must say so */
	CONFIG_HTTPS_LOOPBACK,	/* or the client is on loopback */
	CONFIG_HTTPS_ASSUMED,	/* somebody else ends TLS and shows nothing */
};

struct config {
	const char	*path;		/* of the file itself, absolute */

	const char	*base;		/* [site] base: "/api/v1"; "": root */
	enum config_https https;	/* [site] https */
	struct address_block proxies[CONFIG_PROXIES];
	size_t		 nproxies;	/* [site] trusted_proxies */
	const char	*origins[CONFIG_ORIGINS];
	size_t		 norigins;	/* [site] origins: for CORS */
	bool		 x_api_key;	/* [site] x_api_key: is read, too */

	const char	*my_cnf;	/* [database] my_cnf */
	const char	*group;		/* [database] group */
	const char	*hosts;		/* [database] hosts, or NULL */
	bool		 shared;	/* [database] connections = shared */

	const char	*keyring;	/* [files] keyring */
	const char	*state;		/* [files] state: a folder, 0700 */
	const char	*schema;	/* [files] schema: of NNN-*.sql */
	int64_t		 nhosts;	/* [files] hosts: that serve; 2 */

	int64_t		 max_age;	/* [cache] max_age; s, to an hour */
	int64_t		 hold_back;	/* [cache] hold_back; ms, to a minute */

	const char	*sendmail;	/* [mail] sendmail; NULL: no mail */
	const char	*mail_from;	/* [mail] from */

	enum crypto_algorithm jwt_algorithm;	/* [jwt] algorithm */
	const char	*jwt_issuer;	/* [jwt] issuer: a URL, or NULL */
	int64_t		 jwt_lifetime;	/* [jwt] lifetime; s, 60 to a day */

	int64_t		 password_min;	/* [limits] password_min; 8 to 64 */
	int64_t		 body_max;	/* [limits] body_max; bytes */
	int64_t		 guesses;	/* [limits] guesses; in a minute */
};

/*
 * The path that the rules above choose, on the heap, or NULL.  request is what
 * the web server passed as LATCHKEY_CONFIG with the request; the process's own
 * environment comes before it.
 */
char		*config_find(const char *request);

/*
 * NULL with *config filled (its texts live until config_free), or a sentence
 * on what to mend, in static storage: the file, the line, the value.
 */
const char	*config_load(const char *path, struct config *config);
void		 config_free(struct config *);

/*
 * How long what the database said may count, and how long an answer that takes
 * something away waits for the other hosts, ms.  With one host nobody waits.
 */
int64_t		 config_max_age(const struct config *);
int64_t		 config_hold_back(const struct config *);

/* True when the file lies under the folder (the web server's document root). */
bool		 config_is_inside(const struct config *, const char *folder);

#endif
