/* SPDX-License-Identifier: ISC */
/* Keys: everything that makes, lists, shows, changes or ends one. */

#include "base/nitems.h"

#include "keys/keys.h"

#define PAIRS		"/api_tokens"
#define NAMED		"/user/keys"
#define EXCHANGE	"/users/{id}/api/key"
#define PERSONAL	"/user/token"
#define COMPANY		"/company/tokens"
#define APPS		"/users/{id}/user_app_tokens"

#define AUTHENTISE(path)						\
	.manner = MANNER_AUTHENTISE, .alias = { { path, MANNER_AUTHENTISE } }
#define CONFIGURATIONS	"/api/v0/configurations/{word}/{word}/users/{id}"
#define TILLHUB(path)							\
	.manner = MANNER_TILLHUB,					\
	.alias = { { CONFIGURATIONS path, MANNER_TILLHUB } }
#define CUSTOMERS	"/customers/current/api-tokens"
#define BITSIGHT(path)							\
	.manner = MANNER_BITSIGHT, .alias = {				\
	{ "/ratings/v1" CUSTOMERS path, MANNER_BITSIGHT },		\
	{ "/v1" CUSTOMERS path, MANNER_BITSIGHT },			\
	{ "/customer-api/v1" CUSTOMERS path, MANNER_BITSIGHT } }
#define CUTOVER(path)							\
	.manner = MANNER_CUTOVER, .alias = { { "/core" path, MANNER_CUTOVER } }

static const struct route routes[] = {
	{ "GET", PAIRS, PERMISSION_KEYS, .handle = authentise_list,
	  AUTHENTISE(PAIRS) },
	{ "POST", PAIRS, PERMISSION_KEYS, .creates = true, .forms = true,
	  .prepare = authentise_read, .handle = authentise_create,
	  AUTHENTISE(PAIRS) },
	{ "GET", PAIRS "/{id}", PERMISSION_KEYS, .handle = authentise_show,
	  AUTHENTISE(PAIRS "/{id}") },
	{ "DELETE", PAIRS "/{id}", PERMISSION_KEYS, .handle = authentise_end,
	  AUTHENTISE(PAIRS "/{id}") },

	{ "GET", NAMED, PERMISSION_KEYS, .manner = MANNER_LOCCUS,
	  .handle = loccus_list },
	{ "POST", NAMED, PERMISSION_KEYS, .manner = MANNER_LOCCUS,
	  .creates = true, .prepare = loccus_read_new,
	  .handle = loccus_create },
	{ "GET", NAMED "/{word}", PERMISSION_KEYS, .manner = MANNER_LOCCUS,
	  .handle = loccus_show },
	{ "PATCH", NAMED "/{word}", PERMISSION_KEYS, .manner = MANNER_LOCCUS,
	  .prepare = loccus_read_change, .handle = loccus_change },
	{ "DELETE", NAMED "/{word}", PERMISSION_KEYS,
	  .manner = MANNER_LOCCUS, .handle = loccus_end },

	{ "POST", EXCHANGE, PERMISSION_KEYS_ALL, .creates = true,
	  .prepare = tillhub_read, .handle = tillhub_create,
	  TILLHUB("/api/key") },

	{ "GET", PERSONAL, PERMISSION_KEYS, .manner = MANNER_BITSIGHT,
	  .handle = personal_show },
	{ "POST", PERSONAL, PERMISSION_KEYS, .manner = MANNER_BITSIGHT,
	  .creates = true, .alone = true, .prepare = personal_read,
	  .handle = personal_create },
	{ "DELETE", PERSONAL, PERMISSION_KEYS, .manner = MANNER_BITSIGHT,
	  .handle = personal_end },

	{ "GET", COMPANY, PERMISSION_COMPANY, .handle = company_list,
	  BITSIGHT("") },
	{ "POST", COMPANY, PERMISSION_COMPANY, .creates = true,
	  .prepare = company_read, .handle = company_create, BITSIGHT("") },
	{ "GET", COMPANY "/{id}", PERMISSION_COMPANY,
	  .handle = company_show, BITSIGHT("/{id}") },
	{ "DELETE", COMPANY "/{id}", PERMISSION_COMPANY,
	  .handle = company_end, BITSIGHT("/{id}") },

	{ "GET", APPS, PERMISSION_KEYS_ALL, .own = PERMISSION_KEYS,
	  .handle = cutover_list, CUTOVER(APPS) },
	{ "POST", APPS, PERMISSION_KEYS_ALL, .own = PERMISSION_KEYS,
	  .creates = true, .prepare = cutover_read, .handle = cutover_create,
	  CUTOVER(APPS) },
	{ "GET", APPS "/{id}", PERMISSION_KEYS_ALL, .own = PERMISSION_KEYS,
	  .handle = cutover_show, CUTOVER(APPS "/{id}") },
	{ "DELETE", APPS "/{id}", PERMISSION_KEYS_ALL, .own = PERMISSION_KEYS,
	  .handle = cutover_end, CUTOVER(APPS "/{id}") },

	/* of all kinds: handlers ask for what each key's kind needs */
	{ "GET", "/keys", PERMISSION_ANY, .handle = uniform_list },
	{ "POST", "/keys/revoke", PERMISSION_ANY, .alone = true,
	  .prepare = uniform_read_filter, .handle = uniform_revoke },
	{ "GET", "/keys/{id}", PERMISSION_ANY, .handle = uniform_show },
	{ "PATCH", "/keys/{id}", PERMISSION_ANY,
	  .prepare = uniform_read_change, .handle = uniform_change },
	{ "DELETE", "/keys/{id}", PERMISSION_ANY,
	  .prepare = uniform_read_end, .handle = uniform_end },
	{ "POST", "/keys/{id}/rotate", PERMISSION_ANY, .creates = true,
	  .alone = true, .prepare = uniform_read_rotation,
	  .handle = uniform_rotate },
};

int
main(void)
{
	return serve(&(struct resource){ "keys", routes, NITEMS(routes),
	    .notices = true });
}
