/* SPDX-License-Identifier: ISC */
/* Keys: everything that makes, lists, shows or ends one. */

#include "base/nitems.h"

#include "keys/keys.h"

#define PAIRS		"/api_tokens"
#define APPS		"/users/{id}/user_app_tokens"
#define AUTHENTISE(path)						\
	.manner = MANNER_AUTHENTISE, .alias = { { path, MANNER_AUTHENTISE } }
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

	{ "GET", APPS, PERMISSION_KEYS_ALL, .own = PERMISSION_KEYS,
	  .handle = cutover_list, CUTOVER(APPS) },
	{ "POST", APPS, PERMISSION_KEYS_ALL, .own = PERMISSION_KEYS,
	  .creates = true, .prepare = cutover_read, .handle = cutover_create,
	  CUTOVER(APPS) },
	{ "GET", APPS "/{id}", PERMISSION_KEYS_ALL, .own = PERMISSION_KEYS,
	  .handle = cutover_show, CUTOVER(APPS "/{id}") },
	{ "DELETE", APPS "/{id}", PERMISSION_KEYS_ALL, .own = PERMISSION_KEYS,
	  .handle = cutover_end, CUTOVER(APPS "/{id}") },
};

int
main(void)
{
	return serve(&(struct resource){ "keys", routes, NITEMS(routes),
	    .notices = true });
}
