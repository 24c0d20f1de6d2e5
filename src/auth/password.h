/* SPDX-License-Identifier: ISC */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

/*
 * Passwords: what makes a good one, and the slow hash in bounded slots.
 * A hash is bound to its user by a MAC under the keyring, so that a row which
 * somebody wrote into the database admits nobody.
 */

#include <stdbool.h>

#include "base/keyring.h"
#include "store/user.h"

#define PASSWORD_MAX	256	/* bytes; longer ones are refused, never cut */

/* NULL, or why it is refused, for people: "is too short" … */
const char	*password_fault(const char *password, int64_t min);

/*
 * Slots bound how many hashes this host computes at once: half its cores, at
 * least one.  They are byte-range locks on a file in the state folder, which
 * the kernel releases when a process dies.  Half of the slots (rounded down)
 * are kept for the favoured: networks that logged in lately.
 * password_slot returns a descriptor to give to password_slot_release, or -1
 * when all are taken.
 */
int		 password_slot(const char *state, bool favoured);
void		 password_slot_release(int slot);

/* Compute the hash and its MAC; texts live in the arena. */
bool		 password_set(struct user_password *, struct arena *,
		    const struct keyring *, uint8_t version,
		    const struct uuid *user, const char *password);

/* Compute the MAC of a hash that stands, under another version. */
void		 password_bind(struct user_password *, const struct keyring *,
		    uint8_t version, const struct uuid *user);

/*
 * Does the password fit, and is the row one that we wrote?  Takes the time of
 * one hash in every case, also for stored NULL: nobody by that name.
 */
bool		 password_verify(const struct user_password *stored,
		    const struct keyring *, const struct uuid *user,
		    const char *password);

#endif
