"""Certificates made for one test: a server's, which is its own authority."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def make_certificate(path: Path, host: str) -> ssl.SSLContext:
    """Write the certificate of a server at `host`, a name or an address, to `path`; return what the server shows.

    Whoever is to trust it takes the file for his list of authorities (SSL_CERT_FILE).
    """
    key = ec.generate_private_key(ec.SECP256R1())
    private = path.with_suffix(".key")
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    path.write_bytes(_signed(key, host).public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, private)
    return context


def _signed(key: ec.EllipticCurvePrivateKey, host: str) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    yesterday, public = datetime.now(UTC) - timedelta(days=1), key.public_key()
    other = x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
    ours = x509.SubjectKeyIdentifier.from_public_key(public)
    may = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    usage = x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=False, **may)
    made = x509.CertificateBuilder(name, name, public, x509.random_serial_number())
    made = made.not_valid_before(yesterday).not_valid_after(yesterday + timedelta(days=2))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    made = made.add_extension(usage, critical=True).add_extension(ours, critical=False)
    made = made.add_extension(x509.SubjectAlternativeName([other]), critical=False)
    return made.sign(key, hashes.SHA256())
