/* SPDX-License-Identifier: ISC */
/* latchkey audit verify */

#include <inttypes.h>
#include <string.h>

#include "base/encode.h"
#include "base/nitems.h"

#include "cli/audit.h"

#define PAGE	100
#define CHAIN	32

enum { ACCOUNT, HEAD };

static const struct cli_option options[] = {
	[ACCOUNT] = { .name = "account", .argument = "ACCOUNT",
	    .help = "this one only; the zero UUID is the operator's trail" },
	[HEAD] = { .name = "head", .argument = "SEQ:HEX",
	    .help = "a head printed earlier, which must lie on the trail" },
};

struct verifying {
	struct cli	*cli;
	struct uuid	 account;
	int64_t		 head_seq;
	uint8_t		 head_chain[CHAIN];
	bool		 has_head;
	struct audit_report report;
	struct uuid	 after;		/* among all accounts */
	struct uuid	 page[PAGE];
	size_t		 n;
	bool		 bad;
	struct json	*json;		/* NULL: lines for people */
};

enum cli_exit
cli_seal_all(struct cli *c)
{
	enum cli_exit why;
	size_t sealed;

	do
		why = cli_result(audit_seal(c->db, c->arena, c->keyring,
		    &sealed), NULL, NULL);
	while (why == CLI_OK && sealed > 0);
	return why;
}

static void
print_report(const struct verifying *v)
{
	const struct audit_report *r = &v->report;
	char id[UUID_TEXT], chain[2 * CHAIN + 1];

	uuid_format(id, &v->account);
	encode_hex(chain, r->chain, CHAIN);
	cli_print("account %s: %" PRId64 " right, %" PRId64 " unsealed, %"
	    PRId64 " changed, %" PRId64 " missing", id, r->rows, r->unsealed,
	    r->changed, r->missing);
	if (r->first_bad != 0)
		cli_print("  the first fault is at %" PRId64, r->first_bad);
	cli_print("  head %" PRId64 ":%s", r->seq, chain);
}

static void
put_report(const struct verifying *v)
{
	const struct audit_report *r = &v->report;
	char chain[2 * CHAIN + 1];

	encode_hex(chain, r->chain, CHAIN);
	json_object(v->json, NULL);
	json_uuid(v->json, "account", &v->account);
	json_integer(v->json, "rows", r->rows);
	json_integer(v->json, "unsealed", r->unsealed);
	json_integer(v->json, "changed", r->changed);
	json_integer(v->json, "missing", r->missing);
	json_integer(v->json, "first_bad", r->first_bad);
	json_format(v->json, "head", "%" PRId64 ":%s", r->seq, chain);
	json_end(v->json);
}

static enum cli_exit
show_account(struct verifying *v, const struct uuid *account)
{
	struct cli *c = v->cli;
	enum cli_exit why;

	v->account = *account;
	why = cli_result(audit_verify(c->db, c->arena, c->keyring, account,
	    v->head_seq, v->has_head ? v->head_chain : NULL, &v->report),
	    NULL, NULL);
	if (why != CLI_OK)
		return why;
	if (v->report.changed > 0 || v->report.missing > 0)
		v->bad = true;
	if (v->json == NULL)
		print_report(v);
	else
		put_report(v);
	return CLI_OK;
}

static enum db_result
list_accounts(void *context)
{
	struct verifying *v = context;

	return audit_accounts(v->cli->db, v->cli->arena, &v->after, v->page,
	    PAGE, &v->n);
}

static enum cli_exit
show_all(struct verifying *v)
{
	enum cli_exit why = show_account(v, &uuid_zero);

	do {
		if (why == CLI_OK)
			why = cli_result(db_run(v->cli->db, DB_READ,
			    list_accounts, v), NULL, NULL);
		for (size_t i = 0; i < v->n && why == CLI_OK; i++) {
			v->after = v->page[i];
			if (!uuid_is_zero(&v->page[i]))
				why = show_account(v, &v->page[i]);
		}
	} while (why == CLI_OK && v->n == PAGE);
	return why;
}

/* SEQ:HEX, as it was printed. */
static enum cli_exit
read_head(struct verifying *v)
{
	const char *text = cli_value(v->cli, HEAD);
	size_t n = text == NULL ? 0 : strcspn(text, ":");

	v->has_head = text != NULL;
	if (text == NULL)
		return CLI_OK;
	if (cli_value(v->cli, ACCOUNT) == NULL) {
		cli_say("--head needs --account: it is one account's");
		return CLI_USAGE;
	}
	if (text[n] == ':' && cli_number(arena_copy(v->cli->arena, text, n),
	    0, INT64_MAX, &v->head_seq) &&
	    encode_hex_parse(v->head_chain, CHAIN, text + n + 1))
		return CLI_OK;
	cli_say("--head is SEQ:HEX, as audit verify prints it");
	return CLI_USAGE;
}

enum cli_exit
cli_trail(struct cli *c, const char *named, struct uuid *id)
{
	struct account account;
	enum cli_exit why;

	if (uuid_parse(id, named) && uuid_is_zero(id))
		return CLI_OK;
	why = cli_account(c, named, &account);
	*id = account.id;
	return why;
}

static enum cli_exit
show_reports(struct verifying *v)
{
	const char *named = cli_value(v->cli, ACCOUNT);
	struct uuid account;
	enum cli_exit why;

	if (named == NULL)
		return show_all(v);
	why = cli_trail(v->cli, named, &account);
	return why == CLI_OK ? show_account(v, &account) : why;
}

static enum cli_exit
run_verify(struct cli *c)
{
	struct verifying v = { .cli = c };
	enum cli_exit why, sealed;

	why = read_head(&v);
	if (why != CLI_OK)
		return why;
	/* a row that cannot be sealed is what the verifier shall tell of */
	sealed = cli_seal_all(c);
	if (c->json) {
		v.json = json_new(c->arena);
		json_object(v.json, NULL);
		json_array(v.json, "items");
	}
	why = show_reports(&v);
	if (why != CLI_OK)
		return why;
	if (v.json != NULL) {
		json_end(v.json);
		json_bool(v.json, "ok", !v.bad);
		json_end(v.json);
		cli_put(v.json);
	}
	return v.bad ? CLI_NO : sealed;
}

const struct cli_command cli_audit_verify = {
	.words = "audit verify",
	.summary = "Verify the audit trail, row by row",
	.text = "Seals what waits, then looks for changed and missing rows.  "
	    "Keep the head that it\nprints elsewhere: given back with --head "
	    "it shows whether the trail was cut since.",
	.options = options,
	.noptions = NITEMS(options),
	.needs = CLI_KEYRING,
	.run = run_verify,
};
