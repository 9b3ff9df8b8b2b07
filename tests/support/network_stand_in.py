"""Stand-ins for the network on this machine: a name server and servers that speak TLS, well or badly. Real sockets."""

import datetime as dt
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE = "127.0.0.1"


@contextmanager
def name_server(records: Mapping[tuple[str, str], list[str]], *, answers: bool = True) -> Iterator[int]:
    """Answer what ``records`` say, by (name, type); every other name does not exist. Gives the port.

    :param answers: False: take each question and say nothing.
    """
    names = {name for name, _kind in records}

    def reply(packet: bytes) -> bytes:
        question = dns.message.from_wire(packet)
        asked = question.question[0]
        name, kind = asked.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(asked.rdtype)
        answer = dns.message.make_response(question)
        if found := records.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *found))
        elif name not in names:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((HERE, 0))
        server.settimeout(0.1)
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                try:
                    packet, sender = server.recvfrom(4096)
                except TimeoutError:
                    continue
                if answers:
                    server.sendto(reply(packet), sender)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            done.set()
            thread.join()


class Authority:
    """Makes certificates that are trusted by who trusts ``ca_file``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        builder = self._builder(self._name, self._key, 1).add_extension(x509.BasicConstraints(True, None), True)
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        certificate = builder.add_extension(usage, True).sign(self._key, hashes.SHA256())
        self.ca_file = str(folder / "ca.pem")
        Path(self.ca_file).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def certificate(self, host: str, *, days: int = 1, trusted: bool = True) -> str:
        """Return a file with a key and a certificate for a host; with ``days=-1`` it is expired."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        names = x509.SubjectAlternativeName([x509.DNSName(host), x509.IPAddress(ipaddress.ip_address(HERE))])
        builder = self._builder(name, key, days).add_extension(names, False)
        signer = self._key if trusted else ec.generate_private_key(ec.SECP256R1())
        file = self.folder / f"{host}-{days}-{trusted}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        return str(file)

    def _builder(self, name: x509.Name, key: ec.EllipticCurvePrivateKey, days: int) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=3))
            .not_valid_after(now + dt.timedelta(days=days))
        )


@contextmanager
def site(
    certificate: str | None, slug: str = "noord", *, body: bytes | None = None, silent: bool = False
) -> Iterator[int]:
    """Serve one region over TLS, as many times as it is asked. Gives the port.

    :param certificate: None: speak no TLS at all.
    :param silent: accept, and say nothing.
    """
    answer = json.dumps({"region": slug}).encode() if body is None else body
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n".encode()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate:
        context.load_cert_chain(certificate)
    with socket.create_server((HERE, 0)) as server:
        server.settimeout(0.1)
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                try:
                    plain, _address = server.accept()
                except TimeoutError:
                    continue
                with plain:
                    plain.settimeout(5)
                    try:
                        if silent:
                            done.wait(10)
                        elif certificate is None:
                            plain.sendall(b"220 hello\r\n")
                        else:
                            with context.wrap_socket(plain, server_side=True) as secure:
                                secure.recv(4096)
                                secure.sendall(head + answer)
                    except OSError:
                        continue  # the client hung up: it does not trust us

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            done.set()
            thread.join()


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return probe.getsockname()[1]
