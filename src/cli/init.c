/* SPDX-License-Identifier: ISC */
/* latchkey init */

#include <sys/stat.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "store/generation.h"
#include "store/schema.h"
#include "store/version.h"

#include "cli/cli.h"

/* What was found and done. */
struct start {
	struct cli	*cli;
	bool		 made_keyring;
	bool		 made_state;
	int		 from, to;	/* of the schema */
	uint8_t		 active;
	bool		 activated;
	struct mutation	 mutation;
};

static enum cli_exit
make_keyring(struct start *s)
{
	const char *path = s->cli->config.keyring, *fault = NULL;
	uint8_t version;

	if (access(path, F_OK) != 0 && errno == ENOENT) {
		fault = keyring_add(path, &version);
		s->made_keyring = true;
	}
	if (fault == NULL)
		fault = keyring_load(path, &s->cli->keyring);
	if (fault == NULL)
		return CLI_OK;
	cli_say("%s", fault);
	return CLI_FAULT;
}

/* Other users of this host have no business in it. */
static enum cli_exit
make_state(struct start *s)
{
	const char *path = s->cli->config.state;
	struct stat st;

	s->made_state = mkdir(path, 0700) == 0;
	if ((!s->made_state && errno != EEXIST) || stat(path, &st) != 0) {
		cli_say("%s: %s", path, strerror(errno));
		return CLI_FAULT;
	}
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid()) {
		cli_say("%s must be a folder of the keyring's owner", path);
		return CLI_FAULT;
	}
	if ((st.st_mode & 07777) == 0700 || chmod(path, 0700) == 0)
		return CLI_OK;
	cli_say("%s: %s", path, strerror(errno));
	return CLI_FAULT;
}

/* Everybody is told, also of a part that was done before it failed. */
static enum cli_exit
migrate(struct start *s)
{
	struct cli *c = s->cli;
	const char *fault;
	enum db_result told;

	if (!generation_open(c->config.state))
		return cli_result(DB_UNTOLD, NULL, NULL);
	fault = schema_migrate(c->db, c->config.schema, &s->from, &s->to);
	told = cli_tell_all(c);
	if (fault == NULL && told != DB_OK)
		return cli_result(told, NULL, NULL);
	told = mutation_repeat(&s->mutation);
	if (fault == NULL)
		return cli_result(told, NULL, NULL);
	cli_say("the database's schema: %s", fault);
	return CLI_FAULT;
}

static enum db_result
activate_first(struct start *s)
{
	struct cli *c = s->cli;
	uint8_t live[KEYRING_LIVE];
	size_t n = keyring_live(c->keyring, live);

	if (n == 0) {
		cli_say("%s has no live version: latchkey keyring add",
		    c->config.keyring);
		return DB_REFUSED;
	}
	s->active = live[n - 1];
	s->activated = true;
	return cli_activate(c, s->active, &s->mutation.event);
}

static enum db_result
activate(void *context)
{
	struct start *s = context;
	struct cli *c = s->cli;
	struct version *list;
	enum db_result result;
	size_t n;

	s->activated = false;
	list = arena_alloc(c->arena, KEYRING_VERSIONS * sizeof(*list));
	result = version_list(c->db, c->arena, list, &n);
	if (result != DB_OK)
		return result;
	for (size_t i = 0; i < n; i++)
		if (list[i].retired_at == 0)
			return version_active(c->db, c->arena, c->keyring,
			    &s->active);
	return activate_first(s);
}

static void
print_start(const struct start *s)
{
	const struct config *config = &s->cli->config;

	cli_print("keyring: %s %s", config->keyring,
	    s->made_keyring ? "made; keep a copy of it somewhere safe" :
	    "was there");
	cli_print("state: %s %s", config->state,
	    s->made_state ? "made" : "was there");
	if (s->from == s->to)
		cli_print("schema: was at %d", s->to);
	else
		cli_print("schema: brought from %d to %d", s->from, s->to);
	cli_print("version: %u %s", s->active,
	    s->activated ? "activated" : "was active");
}

static void
put_start(const struct start *s)
{
	struct json *json = json_new(s->cli->arena);

	json_object(json, NULL);
	json_text(json, "keyring", s->cli->config.keyring);
	json_bool(json, "keyring_made", s->made_keyring);
	json_text(json, "state", s->cli->config.state);
	json_bool(json, "state_made", s->made_state);
	json_integer(json, "schema_from", s->from);
	json_integer(json, "schema_to", s->to);
	json_integer(json, "version", s->active);
	json_bool(json, "version_activated", s->activated);
	json_end(json);
	cli_put(json);
}

static enum cli_exit
run_init(struct cli *c)
{
	struct start s = { .cli = c };
	enum cli_exit why;

	why = make_keyring(&s);
	if (why == CLI_OK)
		why = make_state(&s);
	s.mutation = cli_mutation(c);
	if (why == CLI_OK)
		why = migrate(&s);
	if (why != CLI_OK)
		return why;
	s.mutation.event.object_type = "keyring";
	why = cli_result(mutation_run(&s.mutation, activate, &s), NULL,
	    "the keyring's highest version was retired in the database: "
	    "latchkey keyring add");
	if (why != CLI_OK)
		return why;
	if (c->json)
		put_start(&s);
	else
		print_start(&s);
	return CLI_OK;
}

const struct cli_command cli_init = {
	.words = "init",
	.summary = "Make what is missing: keyring, state folder, schema",
	.text = "May be repeated at any time; also brings the schema up to "
	    "date.\nDoes all of it as the user that the site's programs run "
	    "as, who owns the\nfile of settings and the keyring.",
	.needs = CLI_CONFIG,
	.run = run_init,
};
