"""A certification and timestamp authority on this machine: a root, an organisation's key under it, the revocation list
that both are checked against, and the time as RFC 3161 has it, asked over HTTP.
"""

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

DAY = timedelta(days=1)
ROOT = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test root")])


@dataclass
class Authority:
    """`failing`: what it answers instead of the time. `asked`: how often it was asked for the time."""

    folder: Path
    address: str
    revocations: bytes = b""
    stamper: DummyTimeStamper | None = None
    failing: str = ""
    asked: int = 0
    root_key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def revoke(self) -> None:
        """From now on the list says that the organisation's key is revoked."""
        own = x509.load_pem_x509_certificates(Path(self.organisation).read_bytes())[0]
        self.revocations = _list(self, own.serial_number)

    def restore(self) -> None:
        self.revocations, self.failing, self.asked = _list(self), "", 0

    @property
    def roots(self) -> str:
        return str(self.folder / "roots.pem")

    @property
    def organisation(self) -> str:
        """A PEM file of the organisation's key and certificate."""
        return str(self.folder / "organisation.pem")


@contextmanager
def authority(folder: Path):
    """Serves on the loopback address as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.authority = found = Authority(folder, f"http://127.0.0.1:{server.server_port}")
    _issue(found)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self._answer("application/pkix-crl", self.server.authority.revocations)

    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        ours = self.server.authority
        ours.asked += 1
        if ours.failing == "garbage":
            self._answer("application/timestamp-reply", b"no timestamp at all")
        elif ours.failing and (ours.failing == "always" or ours.asked >= int(ours.failing)):
            self.send_error(503)
        else:
            response = ours.stamper.request_tsa_response(tsp.TimeStampReq.load(asked))
            self._answer("application/timestamp-reply", response.dump())

    def _answer(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


def _issue(ours: Authority) -> None:
    now = datetime.now(UTC)

    def made(name, key, *extensions):
        builder = x509.CertificateBuilder().subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        builder = builder.issuer_name(ROOT).public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - DAY).not_valid_after(now + 365 * DAY)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign(ours.root_key, SHA256()).public_bytes(Encoding.PEM)

    def usage(**yes):
        no = dict.fromkeys(
            ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False,
        )  # fmt: skip
        return x509.KeyUsage(**{**no, **yes}), True

    listed = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{ours.address}/root.crl")], None, None, None)
    points = (x509.CRLDistributionPoints([listed]), False)
    root = made(
        "Test root", ours.root_key, (x509.BasicConstraints(ca=True, path_length=0), True),
        usage(key_cert_sign=True, crl_sign=True),
    )  # fmt: skip
    tsa_key, own_key = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())
    stamping = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
    tsa = made("Test timestamps", tsa_key, usage(digital_signature=True), stamping, points)
    own = made("Test organisation", own_key, usage(digital_signature=True, content_commitment=True), points)
    ours.restore()
    ours.stamper = DummyTimeStamper(
        tsa_cert=next(iter(load_certs_from_pemder_data(tsa))),
        tsa_key=load_private_key_from_pemder_data(_pem(tsa_key), None),
        certs_to_embed=[*load_certs_from_pemder_data(tsa), *load_certs_from_pemder_data(root)],
    )
    Path(ours.roots).write_bytes(root)
    Path(ours.organisation).write_bytes(_pem(own_key) + own + root)


def _list(ours: Authority, *revoked: int) -> bytes:
    now = datetime.now(UTC)
    found = x509.CertificateRevocationListBuilder().issuer_name(ROOT).last_update(now - DAY).next_update(now + 30 * DAY)
    for serial in revoked:
        one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now - DAY).build()
        found = found.add_revoked_certificate(one)
    return found.sign(ours.root_key, SHA256()).public_bytes(Encoding.DER)


def _pem(key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
