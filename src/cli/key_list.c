/* SPDX-License-Identifier: ISC */
/* latchkey key list */

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/nitems.h"
#include "check/kind.h"
#include "store/key.h"
#include "store/user.h"

#include "cli/cli.h"

#define PAGE	100

enum { ACCOUNT, USER };

static const struct cli_option options[] = {
	[ACCOUNT] = { .name = "account", .argument = "ACCOUNT",
	    .help = "its id or legacy id", .required = true },
	[USER] = { .name = "user", .argument = "USERNAME",
	    .help = "his keys only" },
};

struct listing {
	struct cli	*cli;
	struct account	 account;
	struct uuid	 user;		/* zero: everybody's */
	struct uuid	 after;
	struct key	 key[PAGE];
	const char	*owner[PAGE];
	const char	*scopes[PAGE];	/* NULL: as its owner */
	size_t		 n;
	int64_t		 now;
	size_t		 shown;
};

static enum db_result
find_user(void *context)
{
	struct listing *l = context;
	struct user user;
	enum db_result result;

	result = user_by_username(l->cli->db, l->cli->arena, &l->account.id,
	    cli_value(l->cli, USER), &user);
	if (result == DB_OK)
		l->user = user.id;
	return result;
}

/* His username, or NULL when he was deleted. */
static enum db_result
find_owner(struct listing *l, size_t i)
{
	const struct uuid *id = &l->key[i].user_id;
	struct user user;
	enum db_result result;

	if (i > 0 && uuid_equal(id, &l->key[i - 1].user_id)) {
		/* cppcheck-suppress arrayIndexOutOfBoundsCond ; i < l->n */
		l->owner[i] = l->owner[i - 1];
		return DB_OK;
	}
	result = user_get(l->cli->db, l->cli->arena, &l->account.id, id,
	    &user);
	l->owner[i] = result == DB_OK ? user.username : NULL;
	return result == DB_NONE ? DB_OK : result;
}

static enum db_result
name_scopes(struct listing *l, size_t i)
{
	l->scopes[i] = NULL;
	if (!l->key[i].limited)
		return DB_OK;
	return permission_names(l->cli->db, l->cli->arena, &l->key[i].scopes,
	    &l->scopes[i]);
}

static enum db_result
read_page(void *context)
{
	struct listing *l = context;
	struct cli *c = l->cli;
	enum db_result result;

	result = db_now(c->db, &l->now);
	if (result == DB_OK)
		result = key_select(c->db, c->arena, &l->account.id,
		    &(struct key_filter){ .user = l->user, .company = true },
		    &l->after, l->key, PAGE, &l->n);
	for (size_t i = 0; result == DB_OK && i < l->n; i++) {
		result = find_owner(l, i);
		if (result == DB_OK)
			result = name_scopes(l, i);
	}
	return result;
}

static void
print_key(const struct listing *l, size_t i)
{
	const struct key *key = &l->key[i];
	char id[UUID_TEXT], end[CLOCK_TEXT] = "never";

	uuid_format(id, &key->id);
	if (key->expires_at != 0)
		clock_format(end, key->expires_at);
	cli_print("%s  %-8s %-8s  expires %s  %s  %s", id,
	    kind_types[key->kind].word, key_states[key_state(key, l->now)], end,
	    l->owner[i] == NULL ? "(deleted)" : l->owner[i], key->label);
}

/* Words with blanks between; null for NULL: no limit. */
static void
put_words(struct json *json, const char *key, const char *text)
{
	char word[PERMISSION_NAME + 1];

	if (text == NULL) {
		json_null(json, key);
		return;
	}
	json_array(json, key);
	for (text += strspn(text, " "); *text != '\0';
	    text += strspn(text, " ")) {
		size_t n = strcspn(text, " ");

		(void)snprintf(word, sizeof(word), "%.*s", (int)n, text);
		json_text(json, NULL, word);
		text += n;
	}
	json_end(json);
}

static void
put_key(const struct listing *l, size_t i)
{
	const struct key *key = &l->key[i];
	struct json *json = json_new(l->cli->arena);

	json_object(json, NULL);
	json_uuid(json, "uuid", &key->id);
	json_text(json, "kind", kind_types[key->kind].word);
	json_text(json, "state", key_states[key_state(key, l->now)]);
	json_text(json, "label", key->label);
	json_uuid(json, "user", &key->user_id);
	json_text_or_null(json, "username", l->owner[i]);
	put_words(json, "scopes", l->scopes[i]);
	put_words(json, "workspaces", key->workspaces);
	json_time(json, "created_at", key->created_at);
	json_time_or_null(json, "expires_at", key->expires_at);
	json_time_or_null(json, "revoked_at", key->revoked_at);
	json_text_or_null(json, "revoked_reason", key->revoked_reason);
	json_time_or_null(json, "last_used_at", key->last_used_at);
	json_end(json);
	cli_put(json);
}

/* One document, but written key by key: an account may have any number. */
static void
show_page(struct listing *l)
{
	for (size_t i = 0; i < l->n; i++) {
		if (!l->cli->json) {
			print_key(l, i);
			continue;
		}
		if (l->shown++ > 0)
			printf(",");
		put_key(l, i);
	}
}

static enum cli_exit
list_pages(struct listing *l)
{
	struct arena *arena = l->cli->arena;
	enum cli_exit why;

	do {
		size_t mark = arena_mark(arena);

		why = cli_result(db_run(l->cli->db, DB_READ, read_page, l),
		    NULL, NULL);
		if (why != CLI_OK)
			return why;
		show_page(l);
		if (l->n > 0)
			l->after = l->key[l->n - 1].id;
		arena_release(arena, mark);
	} while (l->n == PAGE);
	return CLI_OK;
}

static enum cli_exit
run_list(struct cli *c)
{
	struct listing l = { .cli = c };
	enum cli_exit why;

	why = cli_account(c, cli_value(c, ACCOUNT), &l.account);
	if (why == CLI_OK && cli_value(c, USER) != NULL)
		why = cli_result(db_run(c->db, DB_READ, find_user, &l),
		    "no such user in the account", NULL);
	if (why != CLI_OK)
		return why;
	if (c->json)
		printf("{\"items\":[\n");
	why = list_pages(&l);
	if (c->json && why == CLI_OK)
		printf("]}\n");
	return why;
}

const struct cli_command cli_key_list = {
	.words = "key list",
	.summary = "Show the keys of an account or user, ended ones too",
	.options = options,
	.noptions = NITEMS(options),
	.needs = CLI_KEYRING,
	.run = run_list,
};
