/* SPDX-License-Identifier: ISC */
/* The process that sends notices, and the way to it. */

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/nitems.h"

#include "serve/sender.h"

/*
 * What is handed over is a file in memory, so that a thousand notices of one
 * request pass as easily as one: of each these texts, each with its zero.
 */
enum part {
	PART_PROGRAM,
	PART_FROM,
	PART_TO,
	PART_SUBJECT,
	PART_TEXT,
	PARTS
};

/* Room for the descriptor of such a file beside a message. */
union passing {
	char		 room[CMSG_SPACE(sizeof(int))];
	struct cmsghdr	 aligned;
};

static int sender = -1;		/* our end of the way */
static pid_t sender_pid;

/* -- the process ----------------------------------------------------------- */

static bool
is_alone(void)
{
	struct pollfd peer = { .fd = STDIN_FILENO };

	return poll(&peer, 1, 0) > 0 && (peer.revents & POLLHUP) != 0;
}

/* Send the next one; returns where the one after it begins. */
static const char *
send_first(const char *at, const char *end, bool *sent)
{
	const char *part[PARTS];

	for (int i = 0; i < PARTS; i++) {
		part[i] = at;
		at += strnlen(at, (size_t)(end - at));
		if (at == end)
			return end;
		at++;
	}
	*sent = notice_send(&(struct config){
	    .sendmail = part[PART_PROGRAM], .mail_from = part[PART_FROM],
	    }, &(struct notice){ .to = part[PART_TO],
	    .subject = part[PART_SUBJECT], .text = part[PART_TEXT] });
	return at;
}

/* False when the rest is not worth waiting for. */
static bool
send_file(int fd)
{
	struct stat st;
	bool sent = true;
	const char *at, *end;
	char *text;

	if (fstat(fd, &st) == -1 || st.st_size == 0)
		return true;
	text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (text == MAP_FAILED)
		return true;
	end = text + st.st_size;
	for (at = text; at < end && (sent || !is_alone());)
		at = send_first(at, end, &sent);
	munmap(text, (size_t)st.st_size);
	return sent || !is_alone();
}

/* The descriptor of the next file; -1 when there is none. */
static int
take_file(void)
{
	union passing passing;
	char byte;
	struct iovec one = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &one, .msg_iovlen = 1,
		.msg_control = &passing, .msg_controllen = sizeof(passing),
	};
	const struct cmsghdr *head;
	int fd;

	if (recvmsg(STDIN_FILENO, &message, MSG_CMSG_CLOEXEC) != 1)
		return -1;
	head = CMSG_FIRSTHDR(&message);
	if (head == NULL || head->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	return fd;
}

/* It is told to stop by the end of its input; alone it has no patience. */
static _Noreturn void
send_notices(int way)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGTERM, SIGUSR1 };

	/* as CGI the other end may be standard output, which was closed */
	dup2(way, STDIN_FILENO);
	dup2(way, STDOUT_FILENO);
	closefrom(STDERR_FILENO + 1);
	for (size_t i = 0; i < NITEMS(ignored); i++)
		signal(ignored[i], SIG_IGN);
	if (send(STDIN_FILENO, "", 1, MSG_NOSIGNAL) != 1)
		_exit(0);
	for (int fd = take_file(); fd != -1; fd = take_file()) {
		bool patient = send_file(fd);

		close(fd);
		if (!patient)
			break;
	}
	_exit(0);
}

/* -- the way to it --------------------------------------------------------- */

static void
forget_sender(void)
{
	close(sender);
	sender = -1;
	if (sender_pid != -1)
		waitpid(sender_pid, NULL, 0);
}

void
sender_start(void)
{
	int ends[2];
	char ready;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		return;
	sender_pid = fork();
	if (sender_pid == 0)
		send_notices(ends[1]);
	close(ends[1]);
	sender = ends[0];
	if (sender_pid == -1 || recv(sender, &ready, 1, 0) != 1)
		forget_sender();
}

static int
make_file(const struct config *config, const struct notice *notice)
{
	int fd = memfd_create("notices", MFD_CLOEXEC);
	int n = 0;

	for (; fd != -1 && n >= 0 && notice != NULL; notice = notice->next)
		n = dprintf(fd, "%s%c%s%c%s%c%s%c%s%c", config->sendmail, 0,
		    config->mail_from, 0, notice->to, 0, notice->subject, 0,
		    notice->text, 0);
	if (n >= 0)
		return fd;
	close(fd);
	return -1;
}

static bool
try_to_send(int fd)
{
	union passing passing = { .room = { 0 } };
	struct iovec one = { (char[]){ 0 }, 1 };
	const struct msghdr message = {
		.msg_iov = &one, .msg_iovlen = 1,
		.msg_control = &passing, .msg_controllen = sizeof(passing),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	if (sender == -1)
		sender_start();
	if (sender == -1)
		return false;
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	return sendmsg(sender, &message, MSG_DONTWAIT | MSG_NOSIGNAL) != -1;
}

static bool
hand_over(int fd)
{
	if (fd == -1)
		return false;
	if (try_to_send(fd))
		return true;
	if (sender == -1 || errno == EAGAIN || errno == ETOOMANYREFS)
		return false;
	forget_sender();
	return try_to_send(fd);
}

void
sender_send(const struct config *config, const struct notice *notices)
{
	int fd;

	if (config->sendmail == NULL || notices == NULL)
		return;
	fd = make_file(config, notices);
	if (!hand_over(fd))
		log_line(LOG_WARNING, "notices were not sent: too many are"
		    " under way");
	if (fd != -1)
		close(fd);
}
