/* SPDX-License-Identifier: ISC */
/* Composing and sending notices. */

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/sendmail.h"
#include "base/utf8.h"
#include "check/kind.h"

#include "check/notice.h"

/* Room for one key in a list: its id and label, and what is between. */
#define LINE_MOST	(UUID_TEXT + 4 * 200 + 64)

static const char *const verbs[] = {
	[NOTICE_MADE] = "made",
	[NOTICE_ROTATED] = "rotated",
	[NOTICE_ENDED] = "ended",
};

static const char *
now_text(struct arena *arena)
{
	char *out = arena_alloc(arena, CLOCK_TEXT);

	clock_format(out, clock_now());
	return out;
}

static const char *
or_dash(const char *text)
{
	return text == NULL || *text == '\0' ? "-" : text;
}

/*
 * By what people know a key: a label need not be there where a handle is.
 * Whoever labels it may not write lines of ours.
 */
static const char *
name_of(struct arena *arena, const struct key *key)
{
	const char *from = *key->label == '\0' && key->handle != NULL ?
	    key->handle : key->label;
	char *out = arena_copy(arena, from, strlen(from)), *to = out;

	while (*from != '\0') {
		size_t k = utf8_shown(from);

		if (k == 0)
			*to++ = '?';
		else
			to = mempcpy(to, from, k);
		from += k == 0 ? 1 : k;
	}
	*to = '\0';
	return out;
}

const struct uuid *
notice_keeper(const struct key *key)
{
	return key->kind == KIND_COMPANY ? &key->made_by_user : &key->user_id;
}

struct notice
notice_of_key(struct arena *arena, enum notice_event event,
    const struct user *keeper, const struct key *key, const char *by,
    const char *address)
{
	struct notice out = { .to = keeper->email };
	const char *verb = verbs[event], *name = name_of(arena, key);
	char id[UUID_TEXT];

	uuid_format(id, &key->id);
	out.subject = arena_printf(arena, "API key %s: %s", verb, name);
	out.text = arena_printf(arena,
	    "%s your user %s %swas %s.\n\n"
	    "  Key:   %s\n  Label: %s\n  Kind:  %s\n"
	    "  When:  %s\n  By:    %s\n  From:  %s\n\n"
	    "If you did not expect this, tell your administrator: keys can be\n"
	    "revoked at once.\n",
	    key->kind == KIND_COMPANY ? "A company token for which" :
	    "A key of", keeper->username,
	    key->kind == KIND_COMPANY ? "answers " : "", verb, id, name,
	    kind_types[key->kind].word, now_text(arena), or_dash(by),
	    or_dash(address));
	return out;
}

static const char *
list_keys(struct arena *arena, const struct key *const *keys, size_t n)
{
	char *out = arena_alloc(arena, n * LINE_MOST + 1), *at = out;

	for (size_t i = 0; i < n; i++) {
		char id[UUID_TEXT];
		int length;

		uuid_format(id, &keys[i]->id);
		length = snprintf(at, LINE_MOST, "  Key:   %s, %s: %s\n", id,
		    kind_types[keys[i]->kind].word,
		    name_of(arena, keys[i]));
		assert(length > 0 && length < LINE_MOST);
		at += length;
	}
	return out;
}

struct notice
notice_of_ended(struct arena *arena, const struct user *keeper,
    const struct key *const *keys, size_t n, const char *by,
    const char *address)
{
	struct notice out = { .to = keeper->email };

	if (n == 1)
		return notice_of_key(arena, NOTICE_ENDED, keeper, keys[0], by,
		    address);
	out.subject = arena_printf(arena, "API keys ended: %zu", n);
	out.text = arena_printf(arena,
	    "%zu keys of your user %s, or for which it answers, were ended.\n\n"
	    "%s  When:  %s\n  By:    %s\n  From:  %s\n\n"
	    "If you did not expect this, tell your administrator: keys can be\n"
	    "revoked at once.\n",
	    n, keeper->username, list_keys(arena, keys, n),
	    now_text(arena), or_dash(by), or_dash(address));
	return out;
}

struct notice
notice_of_user(struct arena *arena, const struct user *user, const char *by,
    const char *address)
{
	struct notice out = { .to = user->email };

	out.subject = "API keys ended: your user was deleted";
	out.text = arena_printf(arena,
	    "Your user %s was deleted; all its keys have ended.\n\n"
	    "  When:  %s\n  By:    %s\n  From:  %s\n",
	    user->username, now_text(arena), or_dash(by), or_dash(address));
	return out;
}

bool
notice_send(const struct config *config, const struct notice *notice)
{
	if (config->sendmail == NULL || notice->to == NULL)
		return true;
	if (sendmail_run(config->sendmail, config->mail_from, notice->to,
	    notice->subject, notice->text))
		return true;
	log_line(LOG_WARNING, "a notice was not sent: %s failed",
	    config->sendmail);
	return false;
}
