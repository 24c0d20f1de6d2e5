/* SPDX-License-Identifier: ISC */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

/*
 * The life of a request.  A resource is a table of routes; its handlers read
 * and change the store, write what they have to say into call->json and return
 * a problem or none.  Only reply.c writes to the client.
 */

#include <sys/types.h>

#include <time.h>

#include "base/config.h"
#include "check/limits.h"
#include "check/notice.h"
#include "check/obtain.h"
#include "http/json.h"
#include "http/path.h"
#include "http/problem.h"
#include "http/query.h"
#include "serve/gateway.h"
#include "store/mutation.h"

/* What a process keeps from request to request. */
struct site {
	struct config	 config;
	struct keyring	*keyring;
	struct db	*db;
	struct arena	*arena;
	struct cache	 cache;
	ino_t		 keyring_inode;	/* of the file as it was read */
	struct timespec	 keyring_time;
	int64_t		 keyring_seen;	/* since boot, ms */
	uint64_t	 keyring_changes; /* of the host, by then */
	bool		 ready;		/* the database fits */
	char		*fault;		/* the last that the log was told */
	bool		 sealed;	/* no audit row of ours waits for it */
	int64_t		 upkeep_at;	/* since boot, the last; 0: never */
};

#define CALL_HEADERS	8

struct call {
	struct site	*site;
	struct gateway	*gateway;
	struct arena	*arena;
	struct db	*db;

	const struct route *route;
	enum manner	 manner;
	const char	*method;
	const char	*path;		/* as the client wrote it, without ? */
	const char	*prefix;	/* of URIs: base, or "" by an alias */
	struct uuid	 id[PATH_CAPTURES];	/* what stands for {id} */
	const char	*word[PATH_CAPTURES];	/* and for {word}, in order */
	struct query	 query;
	const char	*body;
	size_t		 body_size;
	struct uuid	 request_id;
	struct address	 address;	/* the client's, */
	const struct address *client;	/* there; NULL: not known */

	struct credential credential;	/* as it was presented */
	struct facts	 who;		/* what is known of it */
	struct mutation	 mutation;

	/* what prepare leaves for handle */
	void		*input;

	/* the answer */
	struct json	*json;
	const char	*text;		/* plain, instead of JSON; or NULL */
	int		 status;	/* 200 unless a handler sets it */
	const char	*location;
	const char	*cookie;	/* Set-Cookie */
	const char	*link;
	const char	*allow;
	const char	*cache;		/* Cache-Control; NULL: no-store */
	struct {
		const char *name, *value;
	}		 header[CALL_HEADERS];	/* a product's own */
	size_t		 nheaders;
	int64_t		 retry_after;	/* seconds */
	struct limits_told limits;	/* that the caller met */
	struct uuid	 made_key;	/* the key that a replay hangs on */
	struct problem_detail detail;
	const struct notice *notices;	/* sent after commit and answer */
};

#define ROUTE_ALIASES	3

struct route_alias {
	const char	*pattern;	/* from the root */
	enum manner	 manner;
};

struct route {
	const char	*method;
	const char	*pattern;	/* below the base */
	enum permission	 needs;		/* left out: nobody may */
	enum permission	 own;		/* enough where {id} is the caller */
	bool		 in_workspaces;	/* handlers look where it holds */
	bool		 reads;		/* changes nothing, though a POST */
	bool		 changes;	/* changes something, though a GET */
	bool		 creates;	/* takes an Idempotency-Key */
	bool		 forms;		/* takes form bodies too */
	bool		 alone;		/* its caller makes one at a time */
	bool		 gate;		/* method and caller: the gate's */
	bool		 fleeting;	/* says what is so now: no ETag */
	enum manner	 manner;

	/*
	 * prepare reads the body and does what is slow, outside the
	 * transaction; handle runs inside it, perhaps several times.
	 */
	enum problem	(*prepare)(struct call *);
	enum problem	(*handle)(struct call *);
	struct route_alias alias[ROUTE_ALIASES];
};

struct resource {
	const char	*name;
	const struct route *routes;
	size_t		 nroutes;

	/*
	 * As authorizer, and where a route is a gate: lets the request through
	 * itself, or says what is wrong.  NULL: every such request is refused.
	 */
	enum problem	(*gate)(struct call *);

	bool		 notices;	/* handlers leave some in the call */
};

/* Does it change something? */
bool		 route_changes(const struct route *);

/* main's whole work. */
int		 serve(const struct resource *);

/* -- for handlers ---------------------------------------------------------- */

/* Read the body by a table of fields. */
enum problem	 call_read(struct call *, const struct json_field *,
		    size_t nfields, void *out);

/*
 * Read a body that must be a form; names that mean nothing here are passed
 * over, as OAuth wants it.
 */
enum problem	 call_form(struct call *, struct query *);

/*
 * Add a fault to the answer: of the body, with the JSON pointer to it, or with
 * NULL of something else, which the detail then names.  Returns
 * PROBLEM_INVALID_FIELD.
 */
enum problem	 call_fault(struct call *, const char *pointer,
		    const char *detail);

/* Say why in one sentence, with a finer word; returns the problem. */
enum problem	 call_refuse(struct call *, enum problem, const char *code,
		    const char *detail);

/* Count a refusal for the trail; returns the problem that tells of it. */
enum problem	 call_refused(struct call *, enum reason);

/*
 * Count a use of the caller's key, or of another that the caller asks about,
 * and was allowed from that address (NULL: not told).
 */
void		 call_used(struct call *, const struct facts *,
		    const struct address *);

/* Write a set of permissions as an array of their names. */
void		 call_put_permissions(struct call *, struct json *,
		    const char *key, const struct bits *);

/* What a store's result means to a client. */
enum problem	 call_store(struct call *, enum db_result);

/* Send a header of the product's; the texts are kept. */
void		 call_header(struct call *, const char *name,
		    const char *value);

/*
 * Whose JSON web tokens are ours: the issuer of the settings, or else the site
 * as the request names it.
 */
const char	*call_issuer(struct call *);

/* The client's address as a text, or "". */
const char	*call_client(struct call *);

/* The host that the request names, with its port if it says one; or NULL. */
const char	*call_host(struct call *);

/* The caller as one who obtains something. */
enum problem	 call_maker(struct call *, struct maker *);

/* "https://host" + prefix + the path. */
const char	*call_uri(struct call *, const char *format, ...)
		    __attribute__((format(printf, 2, 3)));

/*
 * Nothing has changed yet, and who would change it is known as far as c->who
 * is: before a kept answer is looked for, and before the work.
 */
void		 call_begin_mutation(struct call *);

/*
 * Name the change for the audit trail: exactly once in every handler that
 * changes something.  detail is what json_done gave for an object, or NULL;
 * takes_away says that somebody loses something by it.
 */
void		 call_changed(struct call *, const char *action,
		    const char *object_type, const struct uuid *object,
		    const char *detail, bool takes_away);

/*
 * Nothing is changed, and if that is because it is so already, then it was
 * about that one: a key, a user or a session; zero: about nobody.  Otherwise
 * it is about the last {id} of the path, or without one the whole account.
 */
void		 call_asked(struct call *, const struct uuid *about);
void		 call_asked_by_path(struct call *);

/* Have it sent, to whom it may be, once this is committed and answered. */
void		 call_notify(struct call *, struct notice);

/*
 * With If-Match in the request: does what put writes now still have that tag?
 * PROBLEM_PRECONDITION when not, PROBLEM_MALFORMED when it names none.
 */
enum problem	 call_match(struct call *,
		    void (*put)(struct call *, struct json *, const void *),
		    const void *object);

/*
 * Does the query say nothing but words of this list, with blanks between?  A
 * filter with a typing error would find everything.  PROBLEM_INVALID_FIELD.
 */
enum problem	 call_query(struct call *, const char *words);

/*
 * limit= and cursor= of a list; PROBLEM_INVALID_FIELD when they are none.  One
 * row more than the limit is asked for: it says whether a page follows.
 */
#define CALL_PAGE	100
#define CALL_ROWS	(CALL_PAGE + 1)
enum problem	 call_page(struct call *, size_t *limit, struct uuid *after);

/* "next" and Link of a list: NULL when it has ended. */
void		 call_next(struct call *, const char *key,
		    const struct uuid *next, size_t limit);

/* Link alone, for a list that is a bare array. */
void		 call_link(struct call *, const struct uuid *next,
		    size_t limit);

#endif
