/* SPDX-License-Identifier: ISC */
/* latchkey keyring list */

#include <string.h>

#include "store/version.h"

#include "cli/cli.h"

static const char *const file_words[] = {
	[KEYRING_UNKNOWN] = "missing",
	[KEYRING_IS_LIVE] = "live",
	[KEYRING_IS_RETIRED] = "retired",
};

struct listing {
	struct cli	*cli;
	struct version	 row[KEYRING_VERSIONS];
	size_t		 n;
	struct json	*json;
};

static enum db_result
list_versions(void *context)
{
	struct listing *l = context;

	return version_list(l->cli->db, l->cli->arena, l->row, &l->n);
}

static bool
is_same_key(const struct listing *l, const struct version *row)
{
	uint8_t mine[8];

	keyring_fingerprint(l->cli->keyring, row->version, mine);
	return row->fingerprint.n == sizeof(mine) &&
	    memcmp(mine, row->fingerprint.data, sizeof(mine)) == 0;
}

/* What the database says of the version; the highest live one is active. */
static const char *
name_in_database(const struct listing *l, uint8_t version)
{
	const struct version *row = NULL;
	uint8_t active = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (l->row[i].version == version)
			row = &l->row[i];
		if (l->row[i].retired_at == 0)
			active = l->row[i].version;
	}
	if (row == NULL)
		return "not activated";
	if (row->retired_at != 0)
		return "retired";
	if (keyring_state(l->cli->keyring, version) == KEYRING_IS_LIVE &&
	    !is_same_key(l, row))
		return "another key";
	return version == active ? "active" : "live";
}

static void
show_version(struct listing *l, uint8_t version)
{
	enum keyring_state state = keyring_state(l->cli->keyring, version);
	const char *in_database = name_in_database(l, version);

	if (state == KEYRING_UNKNOWN &&
	    strcmp(in_database, "not activated") == 0)
		return;
	if (l->json == NULL) {
		cli_print("%-2u  file: %-8s  database: %s", version,
		    file_words[state], in_database);
		return;
	}
	json_object(l->json, NULL);
	json_integer(l->json, "version", version);
	json_text(l->json, "file", file_words[state]);
	json_text(l->json, "database", in_database);
	json_end(l->json);
}

static enum cli_exit
run_list(struct cli *c)
{
	struct listing l = { .cli = c };
	enum cli_exit why;

	why = cli_result(db_run(c->db, DB_READ, list_versions, &l), NULL,
	    NULL);
	if (why != CLI_OK)
		return why;
	if (c->json) {
		l.json = json_new(c->arena);
		json_object(l.json, NULL);
		json_array(l.json, "items");
	}
	for (uint8_t v = 1; v < KEYRING_VERSIONS; v++)
		show_version(&l, v);
	if (l.json == NULL)
		return CLI_OK;
	json_end(l.json);
	json_end(l.json);
	cli_put(l.json);
	return CLI_OK;
}

const struct cli_command cli_keyring_list = {
	.words = "keyring list",
	.summary = "Show the versions of the file and of the database",
	.needs = CLI_KEYRING,
	.run = run_list,
};
