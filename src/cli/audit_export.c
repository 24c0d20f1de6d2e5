/* SPDX-License-Identifier: ISC */
/* latchkey audit export */

#include <inttypes.h>

#include "base/clock.h"
#include "base/encode.h"
#include "base/nitems.h"
#include "store/audit_page.h"

#include "cli/audit.h"

#define PAGE	50	/* rows at a time: details are up to 64 KiB each */

enum { ACCOUNT, FROM, TO };

static const struct cli_option options[] = {
	[ACCOUNT] = { .name = "account", .argument = "ACCOUNT",
	    .required = true,
	    .help = "whose trail; the zero UUID is the operator's" },
	[FROM] = { .name = "from", .argument = "TIME",
	    .help = "rows from then on, like 2026-01-31T12:00:00Z" },
	[TO] = { .name = "to", .argument = "TIME",
	    .help = "rows before then" },
};

struct exporting {
	struct cli	*cli;
	struct uuid	 account;
	int64_t		 from, to;
	struct audit_head head;
	int64_t		 after;
	struct audit_entry entry[PAGE];
	size_t		 n;
};

static enum db_result
read_head(void *context)
{
	struct exporting *e = context;

	return audit_head(e->cli->db, e->cli->arena, &e->account, &e->head);
}

static enum db_result
read_page(void *context)
{
	struct exporting *e = context;

	return audit_sealed(e->cli->db, e->cli->arena, &e->account, e->after,
	    e->head.seq, e->from, e->to, e->entry, PAGE, &e->n);
}

/* The row as it is stored: one member for each column but the MACs. */
static void
put_row(struct json *json, const struct audit_entry *entry)
{
	const struct audit_event *event = &entry->event;

	json_object(json, NULL);
	json_integer(json, "seq", entry->seq);
	json_uuid(json, "id", &event->id);
	json_uuid(json, "account", &event->account_id);
	json_time(json, "at", event->at);
	json_text(json, "door", event->door);
	json_uuid(json, "actor_user", &event->actor_user);
	json_uuid(json, "actor_key", &event->actor_key);
	json_text(json, "action", event->action);
	json_text(json, "object_type", event->object_type);
	json_uuid(json, "object_id", &event->object_id);
	json_document(json, "detail", event->detail);
	json_uuid(json, "request_id", &event->request_id);
	json_text(json, "address", event->address);
	json_end(json);
}

static void
print_page(struct exporting *e)
{
	for (size_t i = 0; i < e->n; i++) {
		size_t mark = arena_mark(e->cli->arena);
		struct json *json = json_new(e->cli->arena);

		put_row(json, &e->entry[i]);
		cli_put(json);
		e->after = e->entry[i].seq;
		arena_release(e->cli->arena, mark);
	}
}

/* The last line: what audit verify --head takes. */
static void
print_head(const struct exporting *e)
{
	struct json *json = json_new(e->cli->arena);
	char chain[2 * sizeof(e->head.chain) + 1];

	encode_hex(chain, e->head.chain, sizeof(e->head.chain));
	json_object(json, NULL);
	json_uuid(json, "account", &e->account);
	json_format(json, "head", "%" PRId64 ":%s", e->head.seq, chain);
	json_end(json);
	cli_put(json);
}

static enum cli_exit
print_rows(struct exporting *e)
{
	struct cli *c = e->cli;
	size_t mark = arena_mark(c->arena);
	enum cli_exit why;

	do {
		why = cli_result(db_run(c->db, DB_READ, read_page, e), NULL,
		    NULL);
		if (why == CLI_OK)
			print_page(e);
		arena_release(c->arena, mark);
	} while (why == CLI_OK && e->n == PAGE);
	return why;
}

static bool
read_time(const struct cli *c, size_t option, int64_t *at)
{
	const char *text = cli_value(c, option);

	if (text == NULL || clock_parse(text, at))
		return true;
	cli_say("--%s is a time like 2026-01-31T12:00:00Z",
	    options[option].name);
	return false;
}

static enum cli_exit
run_export(struct cli *c)
{
	struct exporting e = { .cli = c };
	enum cli_exit why, sealed;

	if (!read_time(c, FROM, &e.from) || !read_time(c, TO, &e.to))
		return CLI_USAGE;
	why = cli_trail(c, cli_value(c, ACCOUNT), &e.account);
	if (why != CLI_OK)
		return why;
	sealed = cli_seal_all(c);
	why = cli_result(db_run(c->db, DB_READ, read_head, &e), NULL, NULL);
	if (why == CLI_OK)
		why = print_rows(&e);
	if (why != CLI_OK)
		return why;
	print_head(&e);
	return sealed;
}

const struct cli_command cli_audit_export = {
	.words = "audit export",
	.summary = "Write an account's trail as lines of JSON",
	.text = "Seals what waits, then writes the rows in their order.  The "
	    "last line is the head,\nfor audit verify --head; it is that of "
	    "the whole trail, whatever --from and --to say.",
	.options = options,
	.noptions = NITEMS(options),
	.needs = CLI_KEYRING,
	.run = run_export,
};
