"""Mails made to hurt are read in no time: headers of megabytes, encodings that swell."""

import time

import pytest

from domain.letter_in import MOST_HEADER, read

HEAD = b"From: office@qingyuan.example\r\nSubject: =?utf-8?b?562+5pS2?=\r\n"
HOSTILE = {
    "parameters": HEAD + b"Content-Type: text/plain; " + b"a=b; " * 600_000 + b"\r\n\r\n\xe7\xad\xbe\xe6\x94\xb6",
    "folded": HEAD + b"Content-Type: text/plain;" + b'\r\n a="b";' * 300_000 + b"\r\n\r\n1",
    "name of a file": HEAD + b"Content-Disposition: attachment; " + b"filename*0=x;" * 300_000 + b"\r\n\r\n1",
    "references": HEAD + b"References: " + b"<a@b>" * 500_000 + b"\r\n\r\n1",
    "uuencode": HEAD + b"Content-Transfer-Encoding: X-UUencode\r\n\r\nbegin 644 a\n" + b"\n" * 6_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_mail_made_to_hurt_is_read_in_no_time(name):
    began = time.process_time()
    mail = read(HOSTILE[name])
    assert time.process_time() - began < 3
    assert (mail.sender, mail.subject) == ("office@qingyuan.example", "签收")


def test_a_header_is_cut_and_the_others_stay():
    mail = read(b"X-Long: " + b"x" * (MOST_HEADER * 3) + b"\r\n" + HEAD + b"\r\n\xe6\x94\xb6\xe5\x88\xb0")
    assert len(mail.message["X-Long"]) <= MOST_HEADER
    assert (mail.subject, mail.text.strip()) == ("签收", "收到")
