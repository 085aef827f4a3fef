"""Putting a test server behind TLS with a certificate made for the occasion."""

import contextlib
import ipaddress
import ssl
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from odd_server import OddServer


@cache
def certificate(host: str = "") -> bytes:
    """Return key and self-signed certificate of a host, of 127.0.0.1 where none is given, PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host or "127.0.0.1")])
    whose = x509.DNSName(host) if host else x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([whose]), False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + made.public_bytes(serialization.Encoding.PEM)


@contextlib.contextmanager
def over_tls(running: contextlib.AbstractContextManager[OddServer]) -> Iterator[OddServer]:
    """Give a server that speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder, running as server:
        file = Path(folder, "server.pem")
        file.write_bytes(certificate())
        context.load_cert_chain(file)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield server
