"""Hosts on one machine: network namespaces with two networks between them, voice and data, made and removed by a test."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

VOICE, DATA = "10.77.0", "10.78.0"
CLONE_NEWNET = 0x40000000


def ip(*words: str, check: bool = True) -> str:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


class Host:
    """One namespace, with an address in each of its networks."""

    def __init__(self, net: Net, name: str, last: int, networks: tuple[str, ...]) -> None:
        self.net, self.name, self.space = net, name, f"{net.prefix}-{name}"
        self.voice, self.data = f"{VOICE}.{last}", f"{DATA}.{last}"
        ip("netns", "add", self.space)
        ip("-n", self.space, "link", "set", "lo", "up")
        for network in networks:
            self._plug(network, last)

    def _plug(self, network: str, last: int) -> None:
        """Lay a cable: its far end is a port of the network's bridge."""
        far, near = f"{self.name}-{network}", network
        there = ("-n", self.net.space)
        ip(*there, "link", "add", far, "type", "veth", "peer", "name", near, "netns", self.space)
        ip(*there, "link", "set", far, "master", network, "up")
        ip("-n", self.space, "addr", "add", f"{VOICE if network == 'voice' else DATA}.{last}/24", "dev", near)
        ip("-n", self.space, "link", "set", near, "up")

    def cable(self, network: str, *, up: bool) -> None:
        """Pull a cable out at the bridge, or put it back: nobody on the host is told why nothing comes."""
        ip("-n", self.net.space, "link", "set", f"{self.name}-{network}", "up" if up else "down")

    def command(self, *words: str) -> list[str]:
        """Say how a program runs on this host, under the host's own name."""
        inside = ["unshare", "--uts", "sh", "-c", f'hostname {self.name}; exec "$@"', "sh", *words]
        return ["ip", "netns", "exec", self.space, *inside]

    def processes(self) -> list[int]:
        return [int(word) for word in ip("netns", "pids", self.space, check=False).split()]

    def kill(self) -> None:
        """SIGKILL everything that runs here."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Have this thread make its sockets here; they stay here for good."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        here = os.open(f"/run/netns/{self.space}", os.O_RDONLY)
        try:
            _enter(here)
            yield
        finally:
            _enter(home)
            os.close(home)
            os.close(here)


class Net:
    """All hosts of one test, and the two bridges between them in a namespace of their own."""

    def __init__(self) -> None:
        self.prefix = f"ans{os.getpid()}"
        self.space = f"{self.prefix}-net"
        self.hosts: list[Host] = []

    def __enter__(self) -> Net:
        ip("netns", "add", self.space)
        for bridge in ("voice", "data"):
            ip("-n", self.space, "link", "add", bridge, "type", "bridge")
            ip("-n", self.space, "link", "set", bridge, "up")
        return self

    def host(self, name: str, last: int, *networks: str) -> Host:
        self.hosts.append(Host(self, name, last, networks))
        return self.hosts[-1]

    def __exit__(self, *_: object) -> None:
        for host in self.hosts:
            host.kill()
        for name in sorted(path.name for path in Path("/run/netns").glob(f"{self.prefix}-*")):
            ip("netns", "del", name, check=False)


def _enter(descriptor: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
