"""A process that decodes to one that can only think: no network, no other program, no file changed.

A filter of the kernel (seccomp, Linux on x86-64 and arm64) refuses what an attacker who took a decoder
over would ask for next. It names what is refused and not what is allowed: a library that asks for
something unforeseen must turn no picture into a broken one. What is refused fails with EPERM, so that
the library can say so. Elsewhere, and on kernels without seccomp, limits and isolation have to do.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2

# Name: number on x86-64, number on arm64 (None: that call does not exist there). A test holds both to the
# kernel's own headers.
REFUSED: dict[str, tuple[int, int | None]] = {
    # other machines and processes
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200),
    "listen": (50, 201), "accept": (43, 202), "accept4": (288, 242), "setsockopt": (54, 208),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "kcmp": (312, 272), "kill": (62, 129), "tkill": (200, 130),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "shmget": (29, 194),
    "shmat": (30, 196), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    # other programs
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None),
    "memfd_create": (319, 279), "personality": (135, 92),
    # files, other than to read them
    "creat": (85, None), "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276),
    "link": (86, None), "linkat": (265, 37), "symlink": (88, None), "symlinkat": (266, 36),
    "unlink": (87, None), "unlinkat": (263, 35), "mkdir": (83, None), "mkdirat": (258, 34),
    "rmdir": (84, None), "mknod": (133, None), "mknodat": (259, 33), "truncate": (76, 45),
    "ftruncate": (77, 46), "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "utimensat": (280, 88), "futimesat": (261, None),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14),
    "lremovexattr": (198, 15), "fremovexattr": (199, 16), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265), "fanotify_init": (300, 262),
    # rights, limits and the machine
    "setuid": (105, 146), "setgid": (106, 144), "setreuid": (113, 145), "setregid": (114, 143),
    "setresuid": (117, 147), "setresgid": (119, 149), "setgroups": (116, 159), "setfsuid": (122, 151),
    "setfsgid": (123, 152), "capset": (126, 91), "setrlimit": (160, 164), "mount": (165, 40),
    "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97),
    "setns": (308, 268), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "keyctl": (250, 219),
    "add_key": (248, 217), "request_key": (249, 218), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225),
    "iopl": (172, None), "ioperm": (173, None), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "clock_adjtime": (305, 266), "adjtimex": (159, 171), "sethostname": (170, 161),
    "setdomainname": (171, 162), "syslog": (103, 116), "acct": (163, 89), "quotactl": (179, 60),
}  # fmt: skip
# Refused as unknown to the kernel: libraries then take the older way, which is looked at.
ABSENT: dict[str, tuple[int, int | None]] = {
    "clone3": (435, 435), "openat2": (437, 437), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
}  # fmt: skip
# Looked at: (number, which argument, bits of it). Refused with any of the bits, or (clone) without.
OPENING: dict[str, tuple[int, int | None]] = {"open": (2, None), "openat": (257, 56)}
CLONE, PRLIMIT = (56, 220), (302, 261)
_WRITING = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND
_CLONE_THREAD = 0x00010000  # AVIF is decoded by threads; anything else would be a process

# https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_FOREIGN_CALLS = 0x40000000  # the x32 numbers of an x86-64 kernel: the same calls by other numbers


def confine() -> bool:
    """Confine this process, for good. False where the platform has no such filter."""
    column, architecture = _MACHINES.get(platform.machine(), (0, 0))
    if sys.platform != "linux" or not architecture or sys.maxsize < 1 << 32:
        return False
    program = _program(column, architecture)
    code = b"".join(struct.pack("=HBBI", *line) for line in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    filter_ = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(buffer)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _FILTER, filter_, 0, 0) == 0)


Line = tuple[int, int, int, int]  # code, jump if true, jump if false, value


def _program(column: int, architecture: int) -> list[Line]:
    """The filter as the kernel's small machine runs it: line by line, jumps only forward."""
    refuse: Line = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
    allow: Line = (_RETURN, 0, 0, _ALLOW)
    lines: list[Line] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _FOREIGN_CALLS),
        refuse,
    ]
    for number in _numbers(REFUSED, column):
        lines += [(_EQUAL, 0, 1, number), refuse]
    for number in _numbers(ABSENT, column):
        lines += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    for name, numbers in OPENING.items():
        opening, flags = numbers[column], 1 if name == "open" else 2
        if opening is not None:
            lines += [(_EQUAL, 0, 4, opening), _argument(flags), (_ANY_BIT, 0, 1, _WRITING), refuse, allow]
    lines += [(_EQUAL, 0, 4, CLONE[column]), _argument(0), (_ANY_BIT, 1, 0, _CLONE_THREAD), refuse, allow]
    lines += [(_EQUAL, 0, 4, PRLIMIT[column]), _argument(2), (_EQUAL, 1, 0, 0), refuse, allow]
    return [*lines, allow]


def _numbers(calls: dict[str, tuple[int, int | None]], column: int) -> list[int]:
    return [number for numbers in calls.values() if (number := numbers[column]) is not None]


def _argument(index: int) -> Line:
    """Load the lower half of an argument (both machines store it first)."""
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * index)
