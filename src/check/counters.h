/* SPDX-License-Identifier: ISC */
#ifndef CHECK_COUNTERS_H
#define CHECK_COUNTERS_H

/*
 * Counters in one file that all processes of the site's user on this host have
 * in memory: uses of keys, refusals, rates, and what was leased of quotas.
 * Nobody locks anything: a slot is claimed by its tag and changed by single
 * atomic steps, so that a process may be killed between any two of them.
 * Whatever stands in the file may be garbage; it costs counts, nothing else.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/shared.h"
#include "base/uuid.h"

#define COUNTERS_AGENT	200	/* bytes of what a client calls itself */

/* Begins every slot. */
struct counter {
	_Atomic uint64_t tag;		/* 0: never claimed */
	_Atomic uint64_t value;
	_Atomic int64_t	 until;		/* since boot; then another's */
};

/* How often a secret of a key was used, and the last time. */
struct counters_use_id {
	struct uuid	 key_id;
	struct uuid	 secret;
};

struct counters_last {
	int64_t		 at;
	struct address	 address;	/* zero: not known */
	char		 agent[COUNTERS_AGENT + 8];
	uint64_t	 check;		/* of all before: else it is torn */
};

/* Of whom, for what and in which minute somebody was refused. */
struct counters_refusal_id {
	struct uuid	 account_id;
	int64_t		 window_at;
	char		 reason[24];
	char		 subject_type[16];
	uint8_t		 subject[16];
};

#define COUNTERS_WORDS(type)	(sizeof(type) / sizeof(uint64_t))

struct counters_use {
	struct counter	 counter;
	_Atomic int64_t	 at;
	_Atomic uint64_t id[COUNTERS_WORDS(struct counters_use_id)];
	_Atomic uint64_t last[COUNTERS_WORDS(struct counters_last)];
};

struct counters_refusal {
	struct counter	 counter;
	_Atomic uint64_t id[COUNTERS_WORDS(struct counters_refusal_id)];
};

/* What is left of a block of a quota; see check/lease.c. */
struct counters_lease {
	struct counter	 counter;
	_Atomic int64_t	 due;		/* since boot: others wait so long */
	_Atomic int64_t	 rest;		/* beyond all leases, when it was got */
};

#define COUNTERS_USES		16384	/* secrets used at the same time */
#define COUNTERS_REFUSALS	4096
#define COUNTERS_RATES		131072	/* named limits used so */
#define COUNTERS_GUESSES	65536	/* networks that guess */
#define COUNTERS_LEASES		16384
#define COUNTERS_REASONS	64	/* more than there are */

struct counters {
	struct shared_head	 head;
	_Atomic int64_t		 uses_due;	/* since boot: to be flushed */
	_Atomic int64_t		 refusals_due;
	_Atomic uint64_t	 overflow;	/* refusals without a place */
	_Atomic uint64_t	 decided[COUNTERS_REASONS];
	struct counters_use	 use[COUNTERS_USES];
	struct counters_refusal	 refusal[COUNTERS_REFUSALS];
	struct counter		 rate[COUNTERS_RATES];
	struct counter		 guess[COUNTERS_GUESSES];
	struct counters_lease	 lease[COUNTERS_LEASES];
};

/*
 * The file, or NULL when it cannot be used; then a line a minute says so.  No
 * system call, but once a second one that finds out whether another lies there
 * now; counters_look always finds out.
 */
struct counters	*counters_open(const char *state);
struct counters	*counters_look(const char *state);

/* Count a decision by its reason, and tell how many there were. */
void		 counters_decided(const char *state, size_t reason);
uint64_t	 counters_decisions(const struct counters *, size_t reason);

/* What counts these bytes; nobody else can tell it beforehand. */
uint64_t	 counters_tag(const struct counters *, const void *, size_t n);

/* Slots of one size. */
struct counter_table {
	void		*slots;
	size_t		 stride, n;
	bool		 evicts;	/* the one soonest over, if none is */
};

/* The slot of that tag, claimed if need be; NULL: there is no room near. */
struct counter	*counters_find(const struct counter_table *, uint64_t tag);

/*
 * The slot of what is limited to so many in so many seconds, for
 * check/window.h; NULL as above.
 */
struct counter	*counters_rate(struct counters *, const void *what, size_t n,
		    int64_t per);

/*
 * The same for guesses, in a table of their own: whoever has networks without
 * end drives out nothing but guesses.
 */
struct counter	*counters_guess(struct counters *,
		    const struct address *network, int64_t per);

/* Is it anybody's turn? */
bool		 counters_due(const _Atomic int64_t *due, int64_t every);

/* Is it this process's turn?  Then nobody else's for so many ms. */
bool		 counters_turn(_Atomic int64_t *due, int64_t every);

/* Words of a slot: each of them whole, all of them perhaps not. */
void		 counters_write(_Atomic uint64_t *, const void *, size_t words);
void		 counters_read(void *, const _Atomic uint64_t *, size_t words);

#endif
