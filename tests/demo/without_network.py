"""Run a command with no network but the loopback, which a notebook's kernel needs: python without_network.py COMMAND...

Linux only: started by `unshare --net`, it switches the new, empty network's loopback on and becomes the command.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import sys

SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 0x1, 0x40

if __name__ == "__main__":
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP | IFF_RUNNING))
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=5)  # an address kept for documents (RFC 5737)
    except OSError:
        os.execv(sys.argv[1], sys.argv[1:])
    sys.exit("the network is not cut")
