/* SPDX-License-Identifier: ISC */
#ifndef CHECK_CHANGE_H
#define CHECK_CHANGE_H

/*
 * What a change of its limits means for a key: whoever takes away needs only
 * the right to manage the key; whoever gives more obtains the result.
 */

#include "check/facts.h"

struct change {
	bool		 widens;	/* it may more, earlier or for longer */
	bool		 narrows;	/* and may be both, of course */
};

/*
 * Of limits alone: the facts of the key as it is, and the same with limits,
 * times and disabled as they would be.
 */
struct change	 change_compare(const struct facts *before,
		    const struct facts *after);

#endif
