/* SPDX-License-Identifier: ISC */
/* Opening settings, keyring and database. */

#include <sys/prctl.h>
#include <sys/resource.h>

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/schema.h"

#include "serve/site.h"

/* What is wrong was said already; say it anew only when it changes. */
static bool
report(struct site *site, const char *fault)
{
	if (site->fault == NULL || strcmp(site->fault, fault) != 0)
		log_line(LOG_ERROR, "%s", fault);
	free(site->fault);
	site->fault = strdup(fault);
	return false;
}

static bool
open_config(struct site *site, const struct gateway *g)
{
	char *path = config_find(gateway_param(g, "LATCHKEY_CONFIG"));
	const char *root = gateway_param(g, "DOCUMENT_ROOT"), *wrong;

	if (path == NULL)
		return report(site, "no settings: set LATCHKEY_CONFIG, or make"
		    " ../etc/latchkey.ini beside the programs or"
		    " ~/.latchkey/latchkey.ini");
	wrong = config_load(path, &site->config);
	free(path);
	if (wrong != NULL)
		return report(site, wrong);
	if (root != NULL && config_is_inside(&site->config, root)) {
		config_free(&site->config);
		return report(site, "the settings lie inside the document root,"
		    " where they could be fetched: move them");
	}
	return true;
}

static bool
open_keyring(struct site *site)
{
	const char *wrong = keyring_load(site->config.keyring, &site->keyring);
	uint8_t live[KEYRING_LIVE];

	if (wrong == NULL && keyring_live(site->keyring, live) > 0)
		return true;
	if (wrong == NULL)
		wrong = "the keyring holds no live version: run latchkey"
		    " keyring add";
	config_free(&site->config);
	return report(site, wrong);
}

static void
open_db(struct site *site)
{
	static struct db_options options;

	options = (struct db_options){
		.my_cnf = site->config.my_cnf,
		.group = site->config.group,
		.hosts = site->config.hosts,
		.shared = site->config.shared,
	};
	site->db = db_new(&options);
}

/* Secrets must not reach a core file, nor other processes by ptrace. */
static void
forbid_dumps(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static enum db_result
read_version(void *context)
{
	struct site *site = context;

	return schema_version(site->db, &site->schema);
}

/* Asked until it is answered once; a database that is away is no fault here. */
static bool
check_schema(struct site *site)
{
	enum db_result result;

	if (site->schema != 0)
		return true;
	result = db_run(site->db, DB_READ, read_version, site);
	if (result == DB_NONE || (result == DB_OK &&
	    (site->schema < SCHEMA_OLDEST || site->schema > SCHEMA_NEWEST))) {
		site->schema = 0;
		return report(site, "the database's schema is of another"
		    " version than these programs: run latchkey init");
	}
	return true;
}

bool
site_open(struct site *site, const struct gateway *g)
{
	if (site->db == NULL) {
		forbid_dumps();
		if (!open_config(site, g) || !open_keyring(site))
			return false;
		open_db(site);
	}
	if (!check_schema(site))
		return false;
	free(site->fault);
	site->fault = NULL;
	return true;
}
