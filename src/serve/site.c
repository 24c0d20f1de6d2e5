/* SPDX-License-Identifier: ISC */
/* Opening settings, keyring and database. */

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "check/installation.h"
#include "store/generation.h"
#include "store/schema.h"
#include "store/version.h"

#include "serve/site.h"

#define LOOK_EVERY	1000	/* ms */
#define CONFIRMED_AGE	60000	/* ms: of what the database confirms */

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
report_none(struct site *site)
{
	free(site->fault);
	site->fault = NULL;
	return true;
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

/* Whoever changes the file on this host tells of it; else it takes a second. */
static bool
is_keyring_seen(struct site *site)
{
	uint64_t changes = generation_begin();
	int64_t now = clock_boot();

	if (site->keyring != NULL && changes == site->keyring_changes &&
	    now - site->keyring_seen < LOOK_EVERY)
		return true;
	site->keyring_changes = changes;
	site->keyring_seen = now;
	return false;
}

/* Versions are added while programs run: a changed file is read anew. */
static bool
open_keyring(struct site *site)
{
	struct keyring *ring;
	const char *wrong;
	uint8_t live[KEYRING_LIVE];
	struct stat st;

	if (is_keyring_seen(site))
		return true;
	if (stat(site->config.keyring, &st) == -1)
		st = (struct stat){ .st_ino = 0 };
	else if (site->keyring != NULL && st.st_ino == site->keyring_inode &&
	    st.st_ctim.tv_sec == site->keyring_time.tv_sec &&
	    st.st_ctim.tv_nsec == site->keyring_time.tv_nsec)
		return true;
	wrong = keyring_load(site->config.keyring, &ring);
	if (wrong != NULL)
		return report(site, wrong);
	if (keyring_live(ring, live) == 0) {
		keyring_free(ring);
		return report(site, "the keyring holds no live version: run"
		    " latchkey keyring add");
	}
	keyring_free(site->keyring);
	site->keyring = ring;
	site->keyring_inode = st.st_ino;
	site->keyring_time = st.st_ctim;
	installation_name(ring);
	site->ready = false;
	return true;
}

static bool
open_cache(struct site *site)
{
	int64_t max_age = config_max_age(&site->config);

	site->cache = (struct cache){
		.state = site->config.state,
		.max_age = max_age == 0 ? CONFIRMED_AGE : max_age,
		.confirms = max_age == 0,
	};
	return true;
}

static bool
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
	return site->db != NULL || report(site, "no memory for a database");
}

/* Secrets must not reach a core file, nor other processes by ptrace. */
static void
forbid_dumps(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

struct readiness {
	struct site	*site;
	int		 schema;
	uint8_t		 version;
	struct installation installation;
};

static bool
is_fitting(int schema)
{
	return schema >= SCHEMA_OLDEST && schema <= SCHEMA_NEWEST;
}

static enum db_result
ask_readiness(void *context)
{
	struct readiness *r = context;
	enum db_result result = schema_version(r->site->db, &r->schema);

	if (result != DB_OK || !is_fitting(r->schema))
		return result;
	result = version_active(r->site->db, r->site->arena, r->site->keyring,
	    &r->version);
	if (result != DB_OK)
		return result;
	return installation_ask(&r->installation, r->site->db, r->site->arena,
	    &r->site->cache);
}

bool
site_ready(struct site *site)
{
	struct readiness r = { .site = site, .schema = 0 };
	enum db_result result;

	/* whoever kept that was ready */
	if (!site->ready)
		site->ready = installation_recall(&r.installation,
		    &site->cache);
	if (site->ready)
		return report_none(site);
	result = db_run(site->db, DB_READ, ask_readiness, &r);
	if (result == DB_NONE || (r.schema != 0 && !is_fitting(r.schema)))
		return report(site, "the database's schema is of another"
		    " version than these programs: run latchkey init");
	site->ready = result == DB_OK;
	return site->ready && report_none(site);
}

bool
site_open(struct site *site, const struct gateway *g)
{
	if (site->config.path == NULL) {
		forbid_dumps();
		if (!open_config(site, g))
			return false;
	}
	return open_keyring(site) && (site->db != NULL || (open_cache(site) &&
	    open_db(site)));
}
