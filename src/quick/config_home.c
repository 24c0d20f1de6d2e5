/* SPDX-License-Identifier: ISC */
/* In the place of the list of users. */

#include "base/config_home.h"
#include "quick/hand_over.h"

const char *
config_home(void)
{
	hand_over();
}
